"""How far a map is to be believed."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import FloatArray

_SAMPLE = 2000
_ROWS = 256


def trustworthiness(
    codes: FloatArray, xy: FloatArray, neighbours: int = 5, seed: int = 0, sample: int = _SAMPLE
) -> float | None:
    """The share of neighbours on the map ``(n, 2)`` that are neighbours among ``codes (n, dim)`` too, by their ranks.

    Venna and Kaski (2001) as scikit-learn defines it: ``1 - 2 / (n k (2n - 3k - 1)) * sum of (rank - k)`` over the k
    nearest on the map whose rank among the codes is beyond k. Of more than ``sample`` points a seeded draw is measured.
    None where there are fewer than three points, too few to have neighbours.
    """
    if len(xy) > sample:
        chosen = np.sort(np.random.default_rng(seed).choice(len(xy), sample, replace=False))
        codes, xy = codes[chosen], xy[chosen]
    count = len(xy)
    neighbours = min(neighbours, (count - 1) // 2)
    if neighbours < 1:
        return None
    penalty = 0
    for start in range(0, count, _ROWS):
        rows = np.arange(start, min(start + _ROWS, count))
        near = _order(xy, rows)[:, :neighbours]
        ranks = np.empty((len(rows), count), np.int64)
        np.put_along_axis(ranks, _order(codes, rows), np.arange(1, count + 1)[None], axis=1)
        penalty += int(np.maximum(np.take_along_axis(ranks, near, axis=1) - neighbours, 0).sum())
    return 1 - penalty * 2 / (count * neighbours * (2 * count - 3 * neighbours - 1))


def share_of_variance(codes: FloatArray, xy: FloatArray) -> float | None:
    """The share of the variance of codes ``(n, dim)`` within a linear map ``(n, 2)``; None where all are equal."""
    total = float(codes.var(axis=0, dtype=np.float64).sum())
    return min(float(xy.var(axis=0, dtype=np.float64).sum()) / total, 1.0) if total > 0 else None


def _order(points: FloatArray, rows: np.ndarray) -> np.ndarray:
    """All points from the nearest to the farthest, for each of ``rows``; the point itself comes last."""
    values = points.astype(np.float64)
    squares = np.einsum("ij,ij->i", values, values)
    distances = squares[rows, None] + squares[None] - 2 * values[rows] @ values.T
    distances[np.arange(len(rows)), rows] = np.inf
    return np.argsort(distances, axis=1, kind="stable")
