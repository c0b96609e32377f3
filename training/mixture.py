"""A small Gaussian mixture, fitted by expectation-maximisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COMPONENTS = 64
POINTS_PER_COMPONENT = 60
FULL_COVARIANCE_DIMS = 128
"""Beyond this a component keeps only the standard deviation of each dimension: full matrices would fill the file."""
_LARGEST = 300_000
"""Numbers in all covariances together; with many dimensions there are fewer components."""
_ROUNDS = 40
_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Mixture:
    """`weights` (k,), `means` (k, dim), `scales`: lower Cholesky factors (k, dim, dim) or deviations (k, dim)."""

    weights: Array
    means: Array
    scales: Array


def fit_by_class(
    points: Array, labels: NDArray[np.integer[Any]], *, components: int | None = None, seed: int = 0
) -> Mixture:
    """As `fit_mixture`, but each class has components of its own, as many as its share of the points.

    No component then lies between two classes, from where pictures of neither would be drawn. Points without a class
    (label -1) are a class as well; with more classes than components all points are fitted together.
    """
    components = components or most_components(points.shape[1])
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2 or len(classes) > components:
        return fit_mixture(points, components=components, seed=seed)
    shares = counts / counts.sum()
    parts = [
        fit_mixture(points[labels == label], components=max(1, round(components * share)), seed=seed)
        for label, share in zip(classes, shares, strict=True)
    ]
    return Mixture(
        np.concatenate([part.weights * share for part, share in zip(parts, shares, strict=True)]),
        np.concatenate([part.means for part in parts]),
        np.concatenate([part.scales for part in parts]),
    )


def most_components(dim: int) -> int:
    """How many components there may be in so many dimensions."""
    return COMPONENTS if dim > FULL_COVARIANCE_DIMS else min(COMPONENTS, _LARGEST // dim**2)


def fit_mixture(points: Array, *, components: int | None = None, seed: int = 0) -> Mixture:
    """Fit to points (n, dim); fewer components when there are few points, at least one.

    Covariances shrink towards their diagonal by dim / (dim + n_k) (n_k points of the component), and never fall below
    a thousandth of the overall variance, so that tiny and degenerate sets are safe.
    """
    count, dim = points.shape
    k = int(np.clip(count // POINTS_PER_COMPONENT, 1, components or most_components(dim)))
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
