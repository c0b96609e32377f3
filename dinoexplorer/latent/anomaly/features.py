"""Strange is what the encoder sees otherwise: the Mahalanobis distance of its features (Lee et al. 2018)."""

from __future__ import annotations

import numpy as np

from dinoexplorer.latent.anomaly.scores import Score, Values
from dinoexplorer.latent.anomaly.seeing import Seen

_LEAST = 1e-9


class _Features(Score):
    """The covariance is shrunk towards its diagonal, the more the fewer pictures there are for its size.

    So a handful of usual pictures tells how far each feature goes, and many tell how features go together.
    """

    def __init__(self, usual: Seen) -> None:
        features = usual.features.astype(np.float64)
        count, size = features.shape
        self._mean = features.mean(axis=0)
        self._deviation = np.sqrt(features.var(axis=0) + _LEAST)
        units = (features - self._mean) / self._deviation
        shrinking = min(1.0, max(0.05, size / (size + count)))
        covariance = (1 - shrinking) * units.T @ units / max(count, 1) + shrinking * np.eye(size)
        self._precision = np.linalg.inv(covariance)

    def __call__(self, seen: Seen) -> Values:
        units = (seen.features.astype(np.float64) - self._mean) / self._deviation
        squared = np.einsum("ni,ij,nj->n", units, self._precision, units)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


SCORE = _Features
