"""How likely codes are: the most typical and the most unusual of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo, Mixture
from dinoexplorer.latent.spaces import Array, free_dimensions, is_gaussian

_ROWS = 4096
_FLOOR = 1e-6  # a component without spread along a dimension


@dataclass(frozen=True, eq=False, slots=True)
class Typicality:
    """Log densities ``(n,)`` of codes, in nats, and under what: the mixture of the data, or the prior."""

    log_densities: Array
    under: Literal["mixture", "prior"]

    def most_typical(self, count: int) -> NDArray[np.intp]:
        """Which codes are the likeliest, likeliest first."""
        return np.argsort(-self.log_densities, kind="stable")[:count]

    def most_unusual(self, count: int) -> NDArray[np.intp]:
        """Which codes are the least likely, least likely first."""
        return np.argsort(self.log_densities, kind="stable")[:count]


def typicality(codes: FloatArray, info: GeneratorInfo) -> Typicality:
    """Of codes ``(n, dim)``, without their weights of classes; about a second for 100,000, so away from the window.

    Raises
    ------
    GeneratorError
        For a uniform prior, under which all codes are equally likely.
    """
    free = free_dimensions(info)
    points = codes[:, :free].astype(np.float64)
    mixture = info.latent.mixture
    if mixture is not None and not is_gaussian(info):
        return Typicality(log_density(points, mixture), "mixture")
    if info.latent.prior == "uniform":
        raise GeneratorError(f"All codes of {info.path.name} are equally likely, so none is typical or unusual.")
    return Typicality(-0.5 * (points**2).sum(axis=1) - 0.5 * free * np.log(2 * np.pi), "prior")


def log_density(points: Array, mixture: Mixture) -> Array:
    """Of the first dimensions of a mixture, at points ``(n, free)``: ``(n,)``."""
    return np.concatenate(
        [_log_sum(_log_joint(points[start : start + _ROWS], mixture)) for start in range(0, len(points), _ROWS)]
        or [np.zeros(0)]
    )


def _log_joint(points: Array, mixture: Mixture) -> Array:
    """The logarithm of each component's weight times its density, ``(n, k)``."""
    free = points.shape[1]
    with np.errstate(divide="ignore"):  # a component without weight is never the one
        columns = np.log(mixture.weights.astype(np.float64) / mixture.weights.sum(dtype=np.float64))
    parts = []
    for weight, mean, scale in zip(columns, mixture.means, mixture.scales, strict=True):
        offsets = points - mean[:free]
        if scale.ndim == 1:
            deviations = np.maximum(scale[:free].astype(np.float64), _FLOOR)
            squared, log_volume = ((offsets / deviations) ** 2).sum(axis=1), np.log(deviations).sum()
        else:  # of a lower factor the first rows and columns are the factor of the first dimensions
            factor = np.tril(scale[:free, :free].astype(np.float64))
            diagonal = np.maximum(np.diag(factor), _FLOOR)
            np.fill_diagonal(factor, diagonal)
            squared, log_volume = ((offsets @ np.linalg.inv(factor).T) ** 2).sum(axis=1), np.log(diagonal).sum()
        parts.append(weight - 0.5 * squared - log_volume - 0.5 * free * np.log(2 * np.pi))
    return np.stack(parts, axis=1)


def _log_sum(joint: Array) -> Array:
    top = joint.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(joint - top).sum(axis=1)))
