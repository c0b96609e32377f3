"""Figures in words, the same in the window as in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.evaluation.tables import ARROWS, number
from training.evaluation.tables import figure_detail as detail_of
from training.evaluation.tables import with_spread as value_of

if TYPE_CHECKING:
    from training.evaluation.report import Figure, Histogram

__all__ = ["better_of", "bin_of", "cell_of", "detail_of", "middle_of", "value_of"]


def better_of(figure: Figure) -> str:
    """`↓ less is better`; empty where neither is."""
    return ARROWS[figure.better]


def cell_of(value: str | float) -> str:
    """An entry of a table."""
    return value if isinstance(value, str) else number(value)


def bin_of(histogram: Histogram, index: int) -> str:
    """What one bin of a histogram holds."""
    low, high = histogram.edges[index : index + 2]
    shares = ", ".join(f"{name} {shares[index]:.1%}" for name, shares in histogram.series.items())
    return f"{number(low)} to {number(high)}: {shares}"


def middle_of(histogram: Histogram, name: str) -> float:
    """About where the middle of a group lies: half of it is below."""
    below = 0.0
    for index, share in enumerate(histogram.series[name]):
        below += share
        if below >= 0.5:
            return sum(histogram.edges[index : index + 2]) / 2
    return histogram.edges[-1]
