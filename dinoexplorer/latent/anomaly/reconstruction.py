"""Strange is what is brought back badly: the share of the picture whose error is unusual for its place."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.anomaly.heat import unusual_errors
from dinoexplorer.latent.anomaly.scores import Score, Values
from dinoexplorer.latent.anomaly.seeing import Seen

_WORST = 0.95  # the share of places that may be worse than what is told
_FLOOR = 0.5  # levels: no place is so well known that less is noticed


class _Reconstruction(Score):
    def __init__(self, usual: Seen) -> None:
        self._mean = usual.errors.mean(axis=0)
        self._deviation = usual.errors.std(axis=0) + _FLOOR

    def heat(self, seen: Seen) -> FloatArray:
        """How unusual the error is at each place, in deviations, ``(n, s, s)``."""
        return unusual_errors(seen.errors, self._mean, self._deviation)

    def __call__(self, seen: Seen) -> Values:
        places = self.heat(seen).reshape(len(seen), -1)
        return np.asarray(np.quantile(places, _WORST, axis=1) + places.mean(axis=1), np.float64)


SCORE = _Reconstruction
