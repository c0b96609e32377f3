"""What is done to a curve before it is drawn: smoothed, cut to what is seen, thinned to the pixels there are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

FloatCurve = tuple[NDArray[np.float64], NDArray[np.float64]]
_NOTHING = 1e-12
_HELD_OUT = "held_out"


def panel_of(name: str, known: Iterable[str] = ()) -> str:
    """The group a metric is drawn in: its prefix, or the metric itself when it has none.

    A quantity on held-out pictures is drawn with the same one in training, when that is ``known``.
    """
    prefix, _, quantity = name.partition("/")
    if prefix != _HELD_OUT:
        return prefix
    twins = (other.partition("/") for other in known if other != name)
    return next((group for group, _, other in twins if other == quantity and group != _HELD_OUT), prefix)


def smoothed(values: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """Exponential moving average, corrected for its start; what is not finite counts for nothing and stays a gap.

    Parameters
    ----------
    values
        ``(n,)``.
    amount
        Share that the past keeps at each point, 0 (nothing is smoothed) to below 1.
    """
    if amount <= 0 or values.size < 2:
        return values
    finite = np.isfinite(values)
    whole = bool(finite.all())
    total = np.array(values, dtype=np.float64) if whole else np.where(finite, values, 0.0)
    if whole:
        _decay(total, amount)
        total *= 1 - amount
        start = min(values.size, int(np.log(_NOTHING) / np.log(amount)) + 1)  # later the sum of the weights is 1
        total[:start] /= 1 - amount ** np.arange(1, start + 1, dtype=np.float64)
        return total
    weight = finite.astype(np.float64)
    _decay(total, amount)
    _decay(weight, amount)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(finite, total / weight, np.nan)


def _decay(values: NDArray[np.float64], amount: float) -> None:
    """Turn ``values`` into ``y[t] = values[t] + amount * y[t - 1]``, in place.

    By doubling: after k rounds each point holds the sum of its last 2**k terms, so that a hundred thousand points take
    a dozen passes of NumPy and no loop in Python.
    """
    reach, factor = 1, amount
    while reach < values.size and factor > _NOTHING:
        values[reach:] += factor * values[:-reach]
        reach, factor = reach * 2, factor * factor


def thinned(x: NDArray[np.int64], y: NDArray[np.float64], low: float, high: float, columns: int) -> FloatCurve:
    """What a plot of ``columns`` pixels from ``low`` to ``high`` shows: the least and greatest value of each column.

    The last point before and the first one behind the range are kept, so that lines leave the plot where they should.
    """
    start = max(int(np.searchsorted(x, low, "left")) - 1, 0)
    end = min(int(np.searchsorted(x, high, "right")) + 1, x.size)
    x, y = x[start:end], y[start:end]
    if x.size <= 3 * columns or high <= low:
        return x.astype(np.float64), y
    edges = np.linspace(low, high, columns + 1)
    starts = np.unique(np.concatenate(([0], np.searchsorted(x, edges))))
    starts = starts[starts < x.size]
    least, greatest = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    ends = np.append(starts[1:], x.size) - 1
    falls = y[ends] < y[starts]
    thin_x = np.empty(2 * starts.size)
    thin_x[0::2], thin_x[1::2] = x[starts], x[ends]
    thin_y = np.empty(2 * starts.size)
    thin_y[0::2] = np.where(falls, greatest, least)
    thin_y[1::2] = np.where(falls, least, greatest)
    return thin_x, thin_y


def value_at(x: NDArray[np.int64], y: NDArray[np.float64], place: float) -> float:
    """The value of the point nearest to ``place``; NaN when there is none."""
    if not x.size:
        return float("nan")
    right = min(int(np.searchsorted(x, place)), x.size - 1)
    left = max(right - 1, 0)
    return float(y[left if abs(x[left] - place) <= abs(x[right] - place) else right])


def padded_range(values: list[NDArray[np.float64]]) -> tuple[float, float]:
    """A range that shows all finite ``values`` with some air."""
    finite = [part[np.isfinite(part)] for part in values]
    finite = [part for part in finite if part.size]
    if not finite:
        return 0.0, 1.0
    low, high = min(float(part.min()) for part in finite), max(float(part.max()) for part in finite)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        air = abs(low) / 10 or 1.0
        return low - air, high + air
    air = (high - low) * 0.06
    return low - air, high + air


def log10(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decimal logarithm; NaN, so a gap, where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)
