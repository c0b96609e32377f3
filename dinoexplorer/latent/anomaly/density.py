"""Strange is what has an unlikely code: its negative log density, in nats a dimension."""

from __future__ import annotations

import numpy as np

from dinoexplorer.latent.anomaly.scores import Score, Values
from dinoexplorer.latent.anomaly.seeing import Seen
from dinoexplorer.latent.spaces import free_dimensions
from dinoexplorer.latent.typicality import typicality


class _Density(Score):
    """Under the mixture of the encoded data where the checkpoint knows it, else under the prior.

    Under a uniform prior, where all codes are equally likely, it is the distance from the mean of the usual codes.
    """

    def __init__(self, usual: Seen) -> None:
        self._free = free_dimensions(usual.info)
        codes = usual.codes[:, : self._free].astype(np.float64)
        self._mean, self._deviation = codes.mean(axis=0), codes.std(axis=0) + 1e-6

    def __call__(self, seen: Seen) -> Values:
        latent = seen.info.latent
        if latent.prior == "uniform" and latent.mixture is None:
            units = (seen.codes[:, : self._free] - self._mean) / self._deviation
            return np.asarray(0.5 * (units**2).mean(axis=1), np.float64)
        return np.asarray(-typicality(seen.codes, seen.info).log_densities / self._free)


SCORE = _Density
