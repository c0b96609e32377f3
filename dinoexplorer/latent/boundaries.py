"""Linear boundaries between two groups of codes: small exact solvers, the same result on every machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Fit = Callable[[Array, Array], tuple[Array, float]]
"""Codes ``(n, dim)`` and sides ``(n,)`` of +1 and -1 to the normal ``(dim,)`` and the offset of a boundary:
``normal @ z + offset`` is above 0 on the side of +1."""

_ROUNDS = 60
_STRENGTH = 0.2  # of the wish for a short normal, for each example: as much as the data say about one deviation
_SMALL = 1e-9


def difference_of_means(codes: Array, sides: Array) -> tuple[Array, float]:
    """From the mean of the one group to that of the other; the boundary is halfway."""
    high, low = codes[sides > 0].mean(axis=0), codes[sides < 0].mean(axis=0)
    normal = high - low
    return normal, float(-normal @ (high + low) / 2)


def logistic_boundary(codes: Array, sides: Array, strength: float = _STRENGTH) -> tuple[Array, float]:
    """Logistic regression: the least of ``mean log(1 + exp(-y f)) + strength / 2 |normal|^2`` by Newton's method.

    Both groups weigh the same in the mean, whatever their size.
    """

    def terms(margins: Array) -> tuple[Array, Array, Array]:
        likely = 0.5 * (1 + np.tanh(margins / 2))  # the logistic function, without overflow
        return np.logaddexp(0, -margins), likely - 1, likely * (1 - likely)

    return _newton(codes, sides, strength, terms)


def svm_boundary(codes: Array, sides: Array, strength: float = _STRENGTH) -> tuple[Array, float]:
    """Linear support vector machine with the squared hinge, by Newton's method in the primal (Chapelle 2007).

    The least of ``mean max(0, 1 - y f)^2 + strength / 2 |normal|^2``; both groups weigh the same in the mean.
    """

    def terms(margins: Array) -> tuple[Array, Array, Array]:
        short = np.maximum(1 - margins, 0)
        return short**2, -2 * short, np.where(margins < 1, 2.0, 0.0)

    return _newton(codes, sides, strength, terms)


def _newton(
    codes: Array, sides: Array, strength: float, terms: Callable[[Array], tuple[Array, Array, Array]]
) -> tuple[Array, float]:
    """Minimise a convex loss of the margins ``y f``; ``terms`` gives the loss and its two derivatives for each."""
    count, dim = codes.shape
    design = np.hstack([codes, np.ones((count, 1))])
    weights = np.where(sides > 0, 0.5 / max((sides > 0).sum(), 1), 0.5 / max((sides < 0).sum(), 1))
    penalty = np.full(dim + 1, strength)
    penalty[-1] = 0.0

    def objective(solution: Array) -> float:
        return float(weights @ terms(sides * (design @ solution))[0] + 0.5 * penalty @ solution**2)

    solution, value = np.zeros(dim + 1), np.inf
    value = objective(solution)
    for _ in range(_ROUNDS):
        _, slope, bend = terms(sides * (design @ solution))
        gradient = design.T @ (weights * sides * slope) + penalty * solution
        curvature = design.T @ (design * (weights * bend)[:, None]) + np.diag(penalty + _SMALL)
        step = np.linalg.solve(curvature, gradient)
        decrease, length = float(gradient @ step), 1.0
        while (found := objective(solution - length * step)) > value - 1e-4 * length * decrease and length > 1e-8:
            length /= 2
        if not found < value:
            break
        solution = solution - length * step
        done, value = value - found <= _SMALL * max(abs(value), _SMALL), found
        if done:
            break
    return solution[:dim], float(solution[dim])


def held_out_accuracy(codes: Array, sides: Array, fit: Fit, seed: int = 0, folds: int = 5) -> float | None:
    """How many of the examples lie on their side of a boundary that was fitted without them.

    Every example is held out once. The mean of both groups' shares, so that 0.5 is chance whatever their sizes; None
    where a group has a single example.
    """
    folds = min(folds, int((sides > 0).sum()), int((sides < 0).sum()))
    if folds < 2:
        return None
    rng, fold = np.random.default_rng(seed), np.zeros(len(sides), np.intp)
    for side in (-1, 1):
        members = rng.permutation(np.flatnonzero(sides == side))
        fold[members] = np.arange(len(members)) % folds
    right = np.zeros(len(sides))
    for number in range(folds):
        held = fold == number
        normal, offset = fit(codes[~held], sides[~held])
        right[held] = np.sign(codes[held] @ normal + offset) == sides[held]
    return float((right[sides > 0].mean() + right[sides < 0].mean()) / 2)
