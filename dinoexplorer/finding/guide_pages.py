"""The pages of the guide: Markdown files in `resources/guide`, in the order of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dinoexplorer.resources import resource_path


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``key`` is the name of its file, by which other pages link to it; ``text`` is Markdown."""

    key: str
    title: str
    text: str

    @property
    def summary(self) -> str:
        """The first sentence below the title."""
        paragraphs = (block for block in self.text.split("\n\n") if block.strip() and not block.startswith("#"))
        first = " ".join(plain(next(paragraphs, "")).split())
        return re.split(r"(?<=[.!?])\s", first, maxsplit=1)[0]


def guide_folder() -> Path:
    """Where the pages lie."""
    return resource_path("guide")


def read_pages(folder: Path | None = None) -> tuple[Page, ...]:
    """All pages; what cannot be read is left out, and a folder that is not there has none."""
    pages = []
    for path in sorted((folder or guide_folder()).glob("*.md")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        pages.append(Page(path.name, title_of(text) or path.stem, text))
    return tuple(pages)


def title_of(text: str) -> str:
    """The first heading of a page."""
    found = re.search(r"^# +(.+?) *$", text, re.MULTILINE)
    return found.group(1) if found else ""


def plain(markdown: str) -> str:
    """A line of Markdown as it reads: links by their text, no signs for headings, lists, tables and emphasis."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"^\s*(?:#+|[-*+]|\d+\.) +", "", text)
    text = re.sub(r"[*`]|\\(?=\W)", "", text).strip()
    if text.startswith("|"):
        text = ": ".join(cell.strip() for cell in text.strip("|").split("|") if cell.strip())
    return text
