"""Who lies near whom: nearest neighbours, and precision, recall, density and coverage from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
_ROWS = 256


@dataclass(frozen=True)
class Near:
    """The nearest of others: their places (n, k), nearest first, and their distances (n, k)."""

    places: NDArray[np.intp]
    distances: NDArray[np.float64]


def nearest(points: Floats, among: Floats, k: int = 1, *, themselves: bool = False) -> Near:
    """The k nearest of `among` (m, d) to each of `points` (n, d), Euclidean.

    Parameters
    ----------
    themselves
        The two are the same points, and nobody is a neighbour of itself.
    """
    k = min(k, len(among) - themselves)
    centre = np.asarray(among, np.float64).mean(0)  # sums of squares stay small, and so do their rounding errors
    others = among - centre
    lengths = (others**2).sum(1)
    places, distances = [], []
    for start in range(0, len(points), _ROWS):
        rows = points[start : start + _ROWS] - centre
        squared = lengths - 2 * rows @ others.T
        if themselves:
            squared[np.arange(len(rows)), np.arange(start, start + len(rows))] = np.inf
        chosen = np.argpartition(squared, k - 1, axis=1)[:, :k]
        exact = np.stack([((rows - others[column]) ** 2).sum(1) for column in chosen.T], axis=1)
        order = np.argsort(exact, axis=1, kind="stable")
        places.append(np.take_along_axis(chosen, order, 1))
        distances.append(np.sqrt(np.take_along_axis(exact, order, 1)))
    return Near(np.concatenate(places), np.concatenate(distances))


@dataclass(frozen=True)
class Manifolds:
    """What the four figures are means of. Per generated picture: `precision` (0 or 1) and `density`; per real one:
    `recall` and `coverage` (0 or 1).
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    density: NDArray[np.float64]
    coverage: NDArray[np.float64]


def manifolds(real: Floats, fake: Floats, k: int = 5) -> Manifolds:
    """Precision and recall (Kynkaanniemi et al. 2019), density and coverage (Naeem et al. 2020), of features (n, d).

    A ball around each point reaches to its k-th nearest neighbour of the same kind.
    """
    reach_real = nearest(real, real, k, themselves=True).distances[:, -1]
    reach_fake = nearest(fake, fake, k, themselves=True).distances[:, -1]
    k = min(k, len(real) - 1)
    held = np.empty(len(fake))
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for start in range(0, len(fake), _ROWS):
        block = slice(start, start + _ROWS)
        distances = _distances(fake[block], real)
        inside = distances < reach_real
        held[block] = inside.sum(1)
        covered |= inside.any(0)
        recalled |= (distances < reach_fake[block, None]).any(0)
    return Manifolds((held > 0).astype(float), recalled.astype(float), held / k, covered.astype(float))


def _distances(points: Floats, others: Floats) -> NDArray[np.float64]:
    points, others = np.asarray(points, np.float64), np.asarray(others, np.float64)
    centre = others.mean(0)
    points, others = points - centre, others - centre
    squared = (points**2).sum(1)[:, None] + (others**2).sum(1) - 2 * points @ others.T
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))
