"""Whether too many of one group's values lie below those of another: a test, and how many are too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
PERMUTATIONS = 1999
_AT_ONCE = 100
_HIGHEST = 0.25


@dataclass(frozen=True)
class Excess:
    """What `excess_below` found.

    Attributes
    ----------
    share
        How much of the first group lies lower than it would if both were of one kind, from 0 to 1: were the group a
        mixture of such values and of lower ones, at least about this much of it would be lower ones.
    chance
        How large the share is on average where both are of one kind.
    p
        How often a random division of all values into two such groups is at least as uneven. Where both groups are of
        one kind it is at most 0.05 in at most 5 of 100 cases, whatever their distribution (an exact permutation test).
    """

    share: float
    chance: float
    p: float


def excess_below(first: Floats, second: Floats, seed: int, permutations: int = PERMUTATIONS) -> Excess:
    """Compare the lower ends of values (n,) and (m,).

    The statistic is the largest standardised difference of the two empirical distribution functions, of the first over
    the second, at thresholds in the lower quarter of the second: a part of the group that lies low is seen however
    small it is, and wherever its values end.
    """
    mine, ends = _mixed(first, second)
    found, shares = _statistics(mine[None], ends)
    rng = np.random.default_rng(seed)
    drawn: list[NDArray[np.float64]] = []
    drawn_shares: list[NDArray[np.float64]] = []
    for start in range(0, permutations, _AT_ONCE):
        rows = np.broadcast_to(mine, (min(_AT_ONCE, permutations - start), len(mine)))
        some, their_shares = _statistics(rng.permuted(rows, axis=1), ends)
        drawn.append(some)
        drawn_shares.append(their_shares)
    as_uneven = int((np.concatenate(drawn) >= found[0] - 1e-12).sum())
    return Excess(float(shares[0]), float(np.concatenate(drawn_shares).mean()), (1 + as_uneven) / (1 + permutations))


def share_below(first: Floats, second: Floats) -> float:
    """`Excess.share` alone."""
    mine, ends = _mixed(first, second)
    return float(_statistics(mine[None], ends)[1][0])


def _mixed(first: Floats, second: Floats) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Of all values in ascending order: whether each is of the first group (n + m,), and after which places a threshold
    may lie, which is not between equal ones.
    """
    values = np.concatenate([first, second]).astype(np.float64)
    order = np.argsort(values, kind="stable")
    return (np.arange(len(values)) < len(first))[order], np.flatnonzero(np.diff(values[order]) > 0)


def _statistics(mine: NDArray[np.bool_], ends: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each division (rows, n + m): the largest standardised difference, and the share it stands for."""
    rows, total = mine.shape
    n = int(mine[0].sum())
    m = total - n
    if not len(ends) or not n or not m:
        return np.zeros(rows), np.zeros(rows)
    low = mine.cumsum(1, dtype=np.int32)[:, ends]
    below = ends + 1
    first, second = low / n, (below - low) / m
    pooled = below / total
    standard = (first - second) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    standard[second > _HIGHEST] = -np.inf
    place = standard.argmax(1)
    picked = np.arange(rows), place
    shares = (first[picked] - second[picked]) / np.maximum(1 - second[picked], 1e-12)
    return standard[picked], np.maximum(shares, 0.0)
