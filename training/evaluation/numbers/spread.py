"""How far a figure is to be trusted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
RESAMPLES = 200
"""Of a mean: drawing them costs nothing."""
_HALVES = 10


def bootstrap_mean(values: Floats, seed: int) -> tuple[float, float]:
    """The mean of values (n,), and its standard deviation over `RESAMPLES` bootstrap resamples (Efron 1979)."""
    values = np.asarray(values, np.float64)
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(RESAMPLES)]
    return float(values.mean()), float(np.std(means, ddof=1))


def bootstrap(
    statistic: Callable[[Floats, Floats], float], first: Floats, second: Floats, *, rounds: int, seed: int
) -> float:
    """The standard deviation of a statistic of two samples when both are drawn anew from themselves."""
    rng = np.random.default_rng(seed)
    found = [
        statistic(first[rng.integers(len(first), size=len(first))], second[rng.integers(len(second), size=len(second))])
        for _ in range(rounds)
    ]
    return float(np.std(found, ddof=1))


def over_halves(statistic: Callable[[NDArray[np.intp]], float], count: int, seed: int) -> float:
    """The standard deviation of a statistic of `count` rows, from ten random halves of them.

    For statistics that a row which occurs twice would mislead, as it does in a bootstrap; a half varies sqrt(2) as much
    as the whole.
    """
    rng = np.random.default_rng(seed)
    found = [statistic(np.sort(rng.permutation(count)[: count // 2])) for _ in range(_HALVES)]
    return float(np.std(found, ddof=1) / np.sqrt(2))
