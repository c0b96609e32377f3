"""The pages of the guide, for the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dinoexplorer.finding.guide_pages import Page
from dinoexplorer.ui.palette.entry import Entry


class GuideEntries:
    """Opens the guide at a page. There are none until `set_pages` has been called."""

    def __init__(self, show: Callable[[str], object]) -> None:
        self._show = show
        self._pages: tuple[Page, ...] = ()

    def set_pages(self, pages: tuple[Page, ...]) -> None:
        """Offer these."""
        self._pages = pages

    def entries(self) -> list[Entry]:
        """See `Provider`."""
        return [
            Entry(
                f"guide:{page.key}",
                f"Guide: {page.title}",
                "guide",
                partial(self._show, page.key),
                page.summary,
                "help",
            )
            for page in self._pages
        ]
