"""How strange one picture is, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass

SCORES = ("reconstruction", "features", "density")
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Strangeness:
    """How strange one picture is, in numbers.

    Attributes
    ----------
    value : float
        All scores together, in deviations from what is usual; sort by it.
    stranger_than : float
        The share of held-out pictures that are less strange, 0 to 1.
    shares : dict of str to float
        The same for each of `SCORES` by itself.
    deviations : dict of str to float
        Each of `SCORES` by itself, in deviations from what is usual; below 0 for what is more usual than most.
    """

    value: float
    stranger_than: float
    shares: dict[str, float]
    deviations: dict[str, float]

    def of(self, score: str) -> tuple[float, float]:
        """What to sort by, and the share of held-out pictures that are less strange, by one of `SCORES` or together."""
        if score == TOGETHER:
            return self.value, self.stranger_than
        return self.deviations[score], self.shares[score]

    @property
    def words(self) -> str:
        """One line for a person."""
        return f"stranger than {percent(self.stranger_than)} of held-out pictures"


def percent(share: float) -> str:
    """A share as a person reads it, one digit behind the point."""
    return f"{100 * share:.1f} %"
