"""How well what was typed fits a name; by this the command palette filters and sorts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

# How a word was found, the best first.
_PREFIX, _WORD_START, _KEYWORD, _HELP, _INSIDE, _SUBSEQUENCE = range(6)
_WIDEST = 3  # times its own length: over what a subsequence may be spread; wider ones are accidents


@dataclass(frozen=True, slots=True)
class Match:
    """One name that fits. The smaller ``rank``, the better; ``positions`` are the letters of the name that fitted."""

    rank: tuple[int, int, int]
    positions: tuple[int, ...] = ()


def match(query: str, name: str, keywords: str = "", help_text: str = "") -> Match | None:
    """How ``query`` fits, or None. Case does not count; each of its words has to be found somewhere.

    A name that begins with the query is best, then one with words that begin like the query's, then keywords and the
    line of help with such words, and last a name that holds the letters in their order.
    """
    wanted, folded = _folded(query).split(), _folded(name)
    if not wanted:
        return Match((_PREFIX, 0, 0))
    whole = " ".join(wanted)
    if folded.startswith(whole):
        return Match((_PREFIX, 0, len(name) - len(whole)), tuple(range(len(whole))))
    levels, spans, positions = [], 0, set[int]()
    for word in wanted:
        found = _found(word, folded, _folded(keywords), _folded(help_text))
        if found is None:
            return None
        level, places = found
        levels.append(level)
        positions.update(places)
        spans += places[-1] - places[0] + 1 - len(word) if places else 0
    return Match((max(levels), sum(levels), spans), tuple(sorted(positions)))


def ranked(query: str, items: Iterable[T], texts: Callable[[T], tuple[str, str, str]]) -> list[tuple[T, Match]]:
    """The items that fit, the best first and equal ones in their order.

    ``texts`` gives an item's name, keywords and help.
    """
    found = [(item, fit) for item in items if (fit := match(query, *texts(item))) is not None]
    return sorted(found, key=lambda pair: pair[1].rank)


def _folded(text: str) -> str:
    """Lower case with the same number of letters, so that positions stay true."""
    return "".join(letter if len(letter.casefold()) != 1 else letter.casefold() for letter in text)


def _found(word: str, name: str, keywords: str, help_text: str) -> tuple[int, tuple[int, ...]] | None:
    start = _word_start(word, name)
    if start >= 0:
        return _WORD_START, tuple(range(start, start + len(word)))
    for level, text in ((_KEYWORD, keywords), (_HELP, help_text)):
        if _word_start(word, text) >= 0:
            return level, ()
    inside = name.find(word)
    if inside >= 0:
        return _INSIDE, tuple(range(inside, inside + len(word)))
    places = _subsequence(word, name)
    return (_SUBSEQUENCE, places) if places else None


def _word_start(word: str, text: str) -> int:
    """Where a word of ``text`` begins with ``word``; -1 nowhere."""
    found = re.search(rf"(?<![^\W_]){re.escape(word)}", text)
    return -1 if found is None else found.start()


def _subsequence(word: str, text: str) -> tuple[int, ...]:
    """The places of the letters of ``word`` in their order, packed as closely as they are found; else nothing."""
    best: tuple[int, ...] = ()
    for start in (place for place, letter in enumerate(text) if letter == word[0]):
        places = [start]
        for letter in word[1:]:
            place = text.find(letter, places[-1] + 1)
            if place < 0:
                return best
            places.append(place)
        if not best or places[-1] - places[0] < best[-1] - best[0]:
            best = tuple(places)
    return best if best and best[-1] - best[0] < _WIDEST * len(word) else ()
