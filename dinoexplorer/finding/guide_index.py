"""Full-text search over the pages of the guide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dinoexplorer.finding.guide_pages import Page, plain

_CONTEXT = 110  # letters of the line around a hit
_LIMIT = 40  # hits that are shown
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"^\s*(?:[-*+] |\d+\. |\||#)")  # a line that begins a paragraph of its own
_RULE = re.compile(r"^[\s|:-]*$|^```")


@dataclass(frozen=True, slots=True)
class Passage:
    """One heading, list item, row of a table or paragraph, without markup."""

    page: Page
    text: str
    heading: str  # under which it stands
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that holds every word that was typed; ``line`` is a piece of it around the first of them."""

    passage: Passage
    line: str


class GuideIndex:
    """The words of all pages."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._passages = [passage for page in pages for passage in passages_of(page)]
        self._words = [_WORD.findall(passage.text.casefold()) for passage in self._passages]

    def find(self, query: str) -> list[Hit]:
        """The passages with all words of ``query``, each at the beginning of a word; headings first."""
        wanted = words_of(query)
        if not wanted:
            return []
        found = [
            passage
            for passage, words in zip(self._passages, self._words, strict=True)
            if all(any(word.startswith(start) for word in words) for start in wanted)
        ]
        found.sort(key=lambda passage: not passage.is_heading)
        return [Hit(passage, _around(passage.text, wanted)) for passage in found[:_LIMIT]]


def words_of(query: str) -> list[str]:
    """The words of what was typed, case aside."""
    return _WORD.findall(query.casefold())


def passages_of(page: Page) -> list[Passage]:
    """A page in the pieces that a hit can lie in."""
    passages: list[Passage] = []
    heading, lines = page.title, list[str]()

    def close() -> None:
        text = plain(" ".join(line.strip() for line in lines))
        if text:
            passages.append(Passage(page, text, heading, is_heading=False))
        lines.clear()

    for line in page.text.splitlines():
        if _BREAK.match(line) or _RULE.match(line):
            close()
        if line.startswith("#"):
            heading = plain(line)
            passages.append(Passage(page, heading, heading, is_heading=True))
        elif not _RULE.match(line):
            lines.append(line)
    close()
    return passages


def _around(text: str, wanted: Sequence[str]) -> str:
    """A piece of ``text`` with the first word that was sought, cut at spaces."""
    folded = text.casefold()
    first = min((found.start() for word in wanted if (found := re.search(rf"(?<![^\W_]){word}", folded))), default=0)
    if len(text) <= _CONTEXT:
        return text
    start = max(first - _CONTEXT // 3, 0)
    if start:
        start = text.find(" ", start) + 1 or start
    end = min(start + _CONTEXT, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
