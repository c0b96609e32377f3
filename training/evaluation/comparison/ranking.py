"""Which of several models is best in a figure, where that can be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from training.evaluation.comparison.entries import Entry
from training.evaluation.report import Better, Figure

TIMES = 2.0
"""A difference counts when it is more than so many standard deviations of itself."""
_OWN = "[encoder]"


@dataclass(frozen=True)
class Column:
    """A figure of several entries.

    Attributes
    ----------
    figures
        In the order of the entries; None where one has none.
    best
        Place of the entry that is better than all others by more than the spreads; None where there is no such one.
    doubt
        Why these figures cannot be ranked at all, as a clause; else empty.
    """

    name: str
    figures: tuple[Figure | None, ...]
    best: int | None
    doubt: str

    @property
    def better(self) -> Better:
        """Which way is better, as `Figure.better`."""
        return next((figure.better for figure in self.figures if figure is not None), "")

    @property
    def meaning(self) -> str:
        """One sentence."""
        return next((figure.meaning for figure in self.figures if figure is not None), "")


def columns_of(entries: Sequence[Entry]) -> list[Column]:
    """Every figure that one of the entries has, in the order in which they have them."""
    names = list(dict.fromkeys(name for entry in entries for name in entry.figures))
    return [_column(name, entries) for name in names]


def _column(name: str, entries: Sequence[Entry]) -> Column:
    figures = tuple(entry.figures.get(name) for entry in entries)
    doubt = _doubt(name, entries, figures)
    return Column(name, figures, None if doubt else _best(figures), doubt)


def _doubt(name: str, entries: Sequence[Entry], figures: Sequence[Figure | None]) -> str:
    known = [(entry, figure) for entry, figure in zip(entries, figures, strict=True) if figure is not None]
    if len(known) < 2 or not known[0][1].better:
        return ""
    if name.endswith(_OWN):
        return "each is measured in the model's own encoder, and what is near in one may be far in another"
    if len({entry.pictures for entry, _ in known}) > 1:
        return "they are not measured on the same pictures with the same ones held out"
    if len({figure.count for _, figure in known}) > 1:
        return "they are not measured with the same number of pictures"
    if len({figure.meaning for _, figure in known}) > 1:
        return "it does not mean the same for all of them"
    return ""


def _best(figures: Sequence[Figure | None]) -> int | None:
    known = [(place, one) for place, one in enumerate(figures) if one is not None and math.isfinite(one.value)]
    if len(known) < 2 or not known[0][1].better:
        return None
    sign = 1.0 if known[0][1].better == "higher" else -1.0
    place, first = max(known, key=lambda pair: sign * pair[1].value)
    for other_place, other in known:
        if other_place == place:
            continue
        spread = math.hypot(first.spread, other.spread)
        if not sign * (first.value - other.value) > TIMES * spread:  # a spread that is not known proves nothing
            return None
    return place
