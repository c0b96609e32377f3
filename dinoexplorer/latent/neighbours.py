"""The images of a map whose codes lie nearest to a code: is this picture one of them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.latent_map import LatentMap

_LEAST_SAMPLE, _SAMPLE = 24, 200  # images that say what is usual; few of very many, each of which looks at all
_WORK = 20_000_000  # codes to look at for that
_CANDIDATES = 32  # that are looked at exactly: differences of squares err where codes lie far from zero
_MEMORISED = 0.25  # of the usual distance


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The nearest images, nearest first.

    Attributes
    ----------
    indices : intp (k,)
        Of the map's points.
    distances : float32 (k,)
        In the latent space.
    usual : float
        How far an image of the map usually lies from the image nearest to it; 0 where that is not known.
    """

    indices: NDArray[np.intp]
    distances: FloatArray
    usual: float

    @property
    def verdict(self) -> str:
        """In a sentence whether the present picture is one of the images; empty where that cannot be told."""
        if len(self.distances) == 0 or self.usual <= 0:
            return ""
        share = float(self.distances[0]) / self.usual
        if share < _MEMORISED:
            return "The picture is practically the first of them."
        if share < 1.5:
            return "The picture is as near to them as they are to each other."
        return f"The picture is {share:.1f} times as far from them as they are from each other."


class Neighbours:
    """Finds them by looking at all codes; some milliseconds for a hundred thousand, so away from the window."""

    def __init__(self, latent_map: LatentMap) -> None:
        self._latents = latent_map.latents
        finite = np.asarray(np.isfinite(self._latents).all(axis=1))
        with np.errstate(invalid="ignore", over="ignore"):
            self._squares = np.where(finite, np.einsum("ij,ij->i", self._latents, self._latents), np.inf)
        self._finite = finite
        self._usual: float | None = None

    def __call__(self, code: FloatArray, count: int = 5) -> Found:
        if self._usual is None:
            self._usual = self._usual_distance()
        indices, distances = self._nearest(code, count)
        return Found(indices, distances, self._usual)

    def _nearest(self, code: FloatArray, count: int) -> tuple[NDArray[np.intp], FloatArray]:
        count = min(count, int(np.count_nonzero(self._finite)))
        if count == 0:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        with np.errstate(invalid="ignore"):
            squared = np.where(self._finite, self._squares - 2 * (self._latents @ code), np.inf)
        most = min(count + _CANDIDATES, len(squared))
        some = np.argpartition(squared, most - 1)[:most]
        some = some[self._finite[some]]
        distances = np.linalg.norm(self._latents[some] - code, axis=1).astype(np.float32)
        ranking = np.argsort(distances, kind="stable")[:count]
        return some[ranking], distances[ranking]

    def _usual_distance(self) -> float:
        chosen = np.flatnonzero(self._finite)
        if len(chosen) < 2:
            return 0.0
        # Drawn, not every so many: where classes take turns that would be images of a few classes.
        chosen = np.random.default_rng(0).permutation(chosen)[: max(min(_WORK // len(chosen), _SAMPLE), _LEAST_SAMPLE)]
        return float(np.median([self._nearest(self._latents[index], 2)[1][1] for index in chosen]))
