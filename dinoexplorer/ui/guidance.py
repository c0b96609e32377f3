"""What helps to find one's way: the command palette and the guide, and what both list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.finding.guide_pages import read_pages
from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.guide import Guide
from dinoexplorer.ui.guide.keys_page import KEYS_PAGE, keys_page
from dinoexplorer.ui.palette import Palette
from dinoexplorer.ui.palette.checkpoint_entries import CheckpointEntries
from dinoexplorer.ui.palette.command_entries import CommandEntries
from dinoexplorer.ui.palette.guide_entries import GuideEntries
from dinoexplorer.ui.palette.recipe_entries import RecipeEntries, read_recipes


class Guidance(QObject):
    """Builds palette and guide over a window; their texts are read in threads when one of them first comes up."""

    def __init__(
        self,
        window: QWidget,
        actions: Mapping[str, QAction],
        settings: Settings,
        *,
        why_not: Callable[[str], str],
        checkpoints: Callable[[], tuple[Sequence[Path], Sequence[Path]]],
        open_: Callable[[Path], object],
        train: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self.guide = Guide(window)
        self._recipes, self._pages = RecipeEntries(train), GuideEntries(self.show_page)
        providers = (
            CommandEntries(actions, why_not),
            CheckpointEntries(checkpoints, open_),
            self._recipes,
            self._pages,
        )
        self.palette = Palette(providers, settings, window)
        self._background = Background(self)
        self._background.finished.connect(self._on_read)
        self._begun = False

    @Slot()
    def toggle_palette(self) -> None:
        self._begin()
        self.guide.go_away()
        self.palette.toggle()

    @Slot()
    def toggle_guide(self) -> None:
        self._begin()
        self.palette.go_away()
        self.guide.toggle()

    @Slot()
    def show_keys(self) -> None:
        self.show_page(KEYS_PAGE)

    def show_page(self, key: str) -> None:
        """Open the guide at a page."""
        self._begin()
        self.palette.go_away()
        self.guide.show_page(key)

    def close_down(self) -> None:
        """Wait for the threads that read."""
        self._background.close()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._background.start("pages", read_pages)
            self._background.start("recipes", read_recipes)

    @Slot(str, object)
    def _on_read(self, task: str, result: object) -> None:
        if isinstance(result, tuple) and task == "pages":
            pages = (*result, keys_page())
            self.guide.set_pages(pages)
            self._pages.set_pages(pages)
        elif isinstance(result, tuple):
            self._recipes.set_recipes(result)
        if self.palette.isVisible():
            self.palette.refresh()
