"""How unlikely codes are, with gradients: what keeps a search where the generator knows its way. Imports torch."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from dinoexplorer.generators.generator import GeneratorInfo, Mixture
from dinoexplorer.latent.spaces import free_dimensions, is_gaussian

_FLOOR = 1e-6  # a component without spread along a dimension


class Prior:
    """Negative log densities of codes, in nats a dimension, without their weights of classes.

    Under the mixture of the encoded data where it is known, else under the prior; a uniform prior finds all codes
    alike, and `bound` keeps codes within it.
    """

    def __init__(self, info: GeneratorInfo, device: torch.device) -> None:
        self._free = free_dimensions(info)
        self._uniform = info.latent.prior == "uniform" and info.latent.mixture is None
        self._mixture = None
        if info.latent.mixture is not None and not is_gaussian(info):
            self._mixture = _MixtureDensity(info.latent.mixture, self._free, device)

    def __call__(self, codes: Tensor) -> Tensor:
        """Codes ``(n, dim)`` to ``(n,)``, up to a constant."""
        free = codes[:, : self._free]
        if self._mixture is not None:
            return -self._mixture(free) / self._free
        if self._uniform:
            return torch.zeros(len(codes), device=codes.device)
        return 0.5 * free.square().mean(dim=1)

    @property
    def bound(self) -> float | None:
        """How far from 0 a number of a code may be; None for as far as it likes."""
        return 1.0 if self._uniform else None


class _MixtureDensity:
    """The logarithm of a Gaussian mixture's density, of its first dimensions."""

    def __init__(self, mixture: Mixture, free: int, device: torch.device) -> None:
        scales = mixture.scales.astype(np.float64)
        self._full = scales.ndim == 3
        if self._full:  # of a lower factor the first rows and columns are the factor of the first dimensions
            factors = np.tril(scales[:, :free, :free])
            diagonals = np.maximum(np.einsum("kii->ki", factors), _FLOOR)
            factors[:, range(free), range(free)] = diagonals
            inverse = np.linalg.inv(factors)
        else:
            diagonals = np.maximum(scales[:, :free], _FLOOR)
            inverse = 1 / diagonals
        with np.errstate(divide="ignore"):  # a component without weight is never the one
            weights = np.log(mixture.weights.astype(np.float64) / mixture.weights.sum(dtype=np.float64))
        constants = weights - np.log(diagonals).sum(axis=1) - 0.5 * free * math.log(2 * math.pi)
        self._means, self._inverse, self._constants = (
            torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(device)
            for values in (mixture.means[:, :free], inverse, constants)
        )

    def __call__(self, points: Tensor) -> Tensor:
        offsets = points[:, None] - self._means  # (n, k, free)
        units = torch.einsum("kij,nkj->nki", self._inverse, offsets) if self._full else offsets * self._inverse
        return torch.logsumexp(self._constants - 0.5 * units.square().sum(dim=2), dim=1)
