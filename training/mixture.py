"""A small Gaussian mixture, fitted by expectation-maximisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COMPONENTS = 24
POINTS_PER_COMPONENT = 20
FULL_COVARIANCE_DIMS = 128
"""Beyond this a component keeps only the standard deviation of each dimension: full matrices would fill the file."""
_ROUNDS = 40
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Mixture:
    """`weights` (k,), `means` (k, dim), `scales`: lower Cholesky factors (k, dim, dim) or deviations (k, dim)."""

    weights: Array
    means: Array
    scales: Array


def fit_mixture(points: Array, *, components: int = COMPONENTS, seed: int = 0) -> Mixture:
    """Fit to points (n, dim); fewer components when there are few points, at least one.

    Covariances shrink towards their diagonal by dim / (dim + n_k) (n_k points of the component), and never fall below
    a thousandth of the overall variance, so that tiny and degenerate sets are safe.
    """
    count, dim = points.shape
    k = int(np.clip(count // POINTS_PER_COMPONENT, 1, components))
    rng = np.random.default_rng(seed)
    floor = 1e-3 * points.var(axis=0) + 1e-8
    means = _spread_starts(points, k, rng)
    nearest = np.argmin(_squared_distances(points, means), axis=1)
    shares = np.eye(k)[nearest]
    previous = -np.inf
    for _ in range(_ROUNDS):
        weights, means, factors = _maximise(points, shares, floor)
        log_joint = np.log(weights) + np.stack(
            [_log_density(points, m, f) for m, f in zip(means, factors, strict=True)], axis=1
        )
        top = log_joint.max(axis=1, keepdims=True)
        log_total = top[:, 0] + np.log(np.exp(log_joint - top).sum(axis=1))
        shares = np.exp(log_joint - log_total[:, None])
        likelihood = float(log_total.mean())
        if likelihood - previous < _TOLERANCE * dim:
            break
        previous = likelihood
    return Mixture(weights, means, factors)


def _spread_starts(points: Array, k: int, rng: np.random.Generator) -> Array:
    """k-means++ (Arthur & Vassilvitskii 2007): each start far from the ones before, with chance."""
    starts = [points[rng.integers(len(points))]]
    nearest = _squared_distances(points, starts[0][None])[:, 0]
    for _ in range(k - 1):
        total = nearest.sum()
        chance = nearest / total if total > 0 else None
        starts.append(points[rng.choice(len(points), p=chance)])
        nearest = np.minimum(nearest, _squared_distances(points, starts[-1][None])[:, 0])
    return np.stack(starts)


def _squared_distances(points: Array, centres: Array) -> Array:
    cross = points @ centres.T
    squared = (points**2).sum(1)[:, None] + (centres**2).sum(1)[None] - 2 * cross
    return np.asarray(np.maximum(squared, 0.0))


def _maximise(points: Array, shares: Array, floor: Array) -> tuple[Array, Array, Array]:
    count, dim = points.shape
    sizes = shares.sum(axis=0) + 1e-9
    means = (shares.T @ points) / sizes[:, None]
    factors = []
    for j, size in enumerate(sizes):
        offsets = points - means[j]
        if dim > FULL_COVARIANCE_DIMS:
            factors.append(np.sqrt(shares[:, j] @ offsets**2 / size + floor))
            continue
        covariance: Array = (shares[:, j, None] * offsets).T @ offsets / size
        shrink = dim / (dim + size)
        covariance = (1 - shrink) * covariance + np.diag(shrink * np.diag(covariance) + floor)
        factors.append(np.linalg.cholesky(covariance))
    return sizes / (count + 1e-9 * len(sizes)), means, np.stack(factors)


def _log_density(points: Array, mean: Array, factor: Array) -> Array:
    offsets = points - mean
    if factor.ndim == 1:
        squared = ((offsets / factor) ** 2).sum(1)
        log_determinant = np.log(factor).sum()
    else:
        squared = (np.linalg.solve(factor, offsets.T) ** 2).sum(0)
        log_determinant = np.log(np.diag(factor)).sum()
    return np.asarray(-0.5 * squared - log_determinant - 0.5 * points.shape[1] * np.log(2 * np.pi))
