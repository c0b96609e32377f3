"""Pictures that a search on the web finds, through ddgs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from training.data.images import Progress, Skipped
from training.data.sources.addresses import Addresses, offer_addresses
from training.data.sources.downloads import Downloads
from training.data.sources.kind import SourceKind, missing_extra, need_network
from training.data.sources.source import Item, SourceError
from training.data.sources.waiting import result_of
from training.data.workshop.preparation import Preparation

_PREFIX = "search:"
_PAGES = 6
_SECONDS = 10


class SearchSource:
    """The pictures that a search engine finds for some words; the words are their label."""

    def __init__(self, text: str, words: str, engine: Any, downloads: Downloads) -> None:
        self.name = text
        self._words = words
        self._engine = engine
        self._downloads = downloads

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the engine, some hundreds at most."""
        yield from offer_addresses(self.name, self._addresses(progress), self._downloads, progress)

    def close(self) -> None:
        """End what is being downloaded."""
        self._downloads.close()

    def _addresses(self, progress: Progress) -> Addresses:
        found: set[str] = set()
        for page in range(1, _PAGES + 1):
            self._downloads.take_turn()
            try:
                answers = result_of(
                    lambda page=page: self._page(page),  # type: ignore[misc]
                    lambda: progress(f"searching for {self._words}", len(found), len(found)),
                )
            except SourceError:
                if page == 1:
                    raise
                return  # an engine that has no further page says so with an error
            fresh = [address for address in answers if address not in found]
            if not fresh:
                return
            found.update(fresh)
            yield from ((address, self._words) for address in fresh)

    def _page(self, page: int) -> list[str]:
        try:
            answers = self._engine.images(self._words, page=page, max_results=None)
        except Exception as error:  # whatever the library raises has to become a sentence
            raise self._refusal(error) from error
        return [str(answer["image"]) for answer in answers if answer.get("image")]

    def _refusal(self, error: Exception) -> SourceError:
        reason = " ".join(str(error).split()) or type(error).__name__
        if type(error).__name__ == "RatelimitException":
            return SourceError(f"the search for {self._words!r} is refused for now: {reason}; try again in an hour")
        return SourceError(f"the search for {self._words!r} failed: {reason}; try other words, or try again later")


def _open(text: str, preparation: Preparation) -> SearchSource:
    words = " ".join(text.removeprefix(_PREFIX).split())
    if not words:
        raise SourceError("there is nothing to search for; write search: and the words")
    need_network(text, preparation)
    try:
        from ddgs import DDGS  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise missing_extra(text, "ddgs", "search") from error
    return SearchSource(text, words, DDGS(timeout=_SECONDS), Downloads())


KIND = SourceKind(
    "web search",
    "What a search for pictures finds; mind whose pictures they are",
    "search:stegosaurus drawing",
    lambda text: text.startswith(_PREFIX),
    _open,
    extra="search",
    network=True,
)
