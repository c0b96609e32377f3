"""Which keyframes are selected: one in hand, and others with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeySelection:
    """The keyframe in hand is always among the chosen ones; ``anchor`` is where a range begins."""

    lead: int = 0
    chosen: frozenset[int] = frozenset({0})
    anchor: int = 0

    @classmethod
    def of(cls, lead: int, chosen: Iterable[int] = ()) -> KeySelection:
        """One in hand, with these others or alone."""
        return cls(lead, frozenset(chosen) | {lead}, lead)

    @classmethod
    def all(cls, count: int) -> KeySelection:
        """All there are, the first one in hand."""
        return cls.of(0, range(count))

    @property
    def several(self) -> bool:
        return len(self.chosen) > 1

    @property
    def first(self) -> int:
        return min(self.chosen)

    @property
    def last(self) -> int:
        return max(self.chosen)

    def only(self) -> KeySelection:
        """The one in hand alone."""
        return KeySelection.of(self.lead)

    def toggled(self, index: int) -> KeySelection:
        """With another one, which is then in hand, or without it; the last one stays."""
        if index not in self.chosen:
            return KeySelection.of(index, self.chosen)
        left = self.chosen - {index}
        return KeySelection.of(min(left, key=lambda other: abs(other - index)), left) if left else self

    def extended(self, index: int) -> KeySelection:
        """All from the anchor to this one, which is then in hand."""
        low, high = sorted((self.anchor, index))
        return KeySelection(index, frozenset(range(low, high + 1)), self.anchor)

    def within(self, count: int) -> KeySelection:
        """What is left of it on a timeline of ``count`` keyframes."""
        last = max(count - 1, 0)
        lead = min(max(self.lead, 0), last)
        return KeySelection(lead, frozenset(self.chosen & frozenset(range(count)) | {lead}), min(self.anchor, last))
