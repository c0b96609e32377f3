"""Whether single latent dimensions stand for single factors of the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
BINS = 20
_PENALTY = 0.01
_ROUNDS = 200
_TESTED = 3
"""Every third row is kept for informativeness."""


@dataclass(frozen=True)
class Factor:
    """A factor of the pictures.

    Attributes
    ----------
    values
        (n,), for the mutual information; categories as whole numbers.
    columns
        (n, c), what a linear model is to predict: the value, cosine and sine of an angle, one-hot categories.
    """

    name: str
    values: NDArray[np.float64]
    columns: NDArray[np.float64]


@dataclass(frozen=True)
class Dci:
    """Disentanglement, completeness and informativeness, each 0 to 1."""

    disentanglement: float
    completeness: float
    informativeness: float


def mutual_information_gap(codes: Floats, factors: Sequence[Factor]) -> NDArray[np.float64]:
    """Of each factor, (f,): what the best dimension knows of it more than the second, as a share of its entropy.

    Chen et al. 2018, eq. 6, with `BINS` equally filled bins of each dimension and of each continuous factor.
    """
    binned = [_binned(column) for column in np.asarray(codes, np.float64).T]
    gaps = []
    for factor in factors:
        target = _binned(factor.values)
        known = sorted((_mutual_information(column, target) for column in binned), reverse=True)
        entropy = _mutual_information(target, target)
        second = known[1] if len(known) > 1 else 0.0
        gaps.append((known[0] - second) / entropy if entropy > 0 else 0.0)
    return np.array(gaps)


def dci(codes: Floats, factors: Sequence[Factor]) -> Dci:
    """Eastwood & Williams 2018: importances are the coefficients of a lasso from standardised codes (n, d) to factors.

    Informativeness is the share of a factor's variance that the lasso explains on rows it has not seen.
    """
    columns = np.concatenate([factor.columns for factor in factors], axis=1)
    x, y = (_standardised(np.asarray(some, np.float64)) for some in (codes, columns))
    tested = np.arange(len(x)) % _TESTED == 0
    weights = lasso(x[~tested], y[~tested], _PENALTY)
    error = ((y[tested] - x[tested] @ weights) ** 2).mean(0)
    explained = 1 - error / np.maximum(y[tested].var(0), 1e-12)
    groups = np.repeat(np.arange(len(factors)), [factor.columns.shape[1] for factor in factors])
    importance = np.stack([np.abs(weights[:, groups == g]).sum(1) for g in range(len(factors))], axis=1)
    informed = np.array([explained[groups == g].mean() for g in range(len(factors))])
    total = importance.sum()
    if total == 0:
        return Dci(0.0, 0.0, 0.0)
    of_codes = 1 - _entropy(importance, axis=1)
    of_factors = 1 - _entropy(importance, axis=0)
    return Dci(
        float((of_codes * importance.sum(1)).sum() / total),
        float((of_factors * importance.sum(0)).sum() / total),
        float(np.clip(informed, 0, 1).mean()),
    )


def lasso(x: NDArray[np.float64], y: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    """The weights (d, c) that minimise |y - x w|^2 / 2n + penalty |w|_1 for each column of y (n, c), by coordinates."""
    gram, cross = x.T @ x / len(x), x.T @ y / len(x)
    weights = np.zeros_like(cross)
    for _ in range(_ROUNDS):
        before = weights.copy()
        for j in range(len(gram)):
            if gram[j, j] == 0:
                continue
            rest = cross[j] - gram[j] @ weights + gram[j, j] * weights[j]
            weights[j] = np.sign(rest) * np.maximum(np.abs(rest) - penalty, 0) / gram[j, j]
        if np.abs(weights - before).max() < 1e-7:
            break
    return weights


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std(0)
    return np.asarray((values - values.mean(0)) / np.where(spread > 0, spread, 1.0))


def _entropy(importance: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Of the shares along an axis, relative to the largest possible; 1 where nothing is of importance."""
    total = importance.sum(axis, keepdims=True)
    shares = importance / np.where(total > 0, total, 1.0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    most = np.log(importance.shape[axis])
    entropy = -(shares * logs).sum(axis) / most if most > 0 else np.zeros(importance.shape[1 - axis])
    return np.asarray(np.where(total.squeeze(axis) > 0, entropy, 1.0))


def _binned(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Equally filled bins; values of few kinds keep each kind."""
    kinds, places = np.unique(values, return_inverse=True)
    if len(kinds) <= BINS:
        return np.asarray(places, np.intp)
    edges = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.searchsorted(edges, values, side="right")


def _mutual_information(first: NDArray[np.intp], second: NDArray[np.intp]) -> float:
    """In nats, from the joint histogram."""
    joint = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(joint, (first, second), 1.0 / len(first))
    independent = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    seen = joint > 0
    return float((joint[seen] * np.log(joint[seen] / independent[seen])).sum())
