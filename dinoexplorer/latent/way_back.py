"""The way back: from a place on the map to a code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.latent_map import LatentMap


@dataclass(frozen=True, eq=False, slots=True)
class Decoded:
    """A code for a place, and how much it can be trusted.

    ``deviation`` is the root mean square distance of the codes that were blended from their blend, as a share of the
    spread of all codes: 0 where the place decides the code, near 1 where the map knows no more than "somewhere in the
    data". ``distance`` is how far the nearest encoded image lies, in units of the map's typical point spacing.
    """

    code: FloatArray
    deviation: float
    distance: float


class WayBack:
    """Decodes places of one map: exactly on a plane, elsewhere by blending the nearest encoded images.

    The blend is Shepard's with the compact weights of Franke and Little, ``((R - d) / (R d))^2`` with R the distance of
    the first point that is left out: it is continuous, and on a point it is that point's own code. Where the map is
    linear (PCA) the blend is then moved within the plane so that it lies exactly at the place that was asked for.
    """

    def __init__(self, latent_map: LatentMap, neighbours: int = 8) -> None:
        self.map = latent_map
        self._count = min(neighbours, max(len(latent_map) - 1, 2))
        self._spread = float(np.sqrt(latent_map.latents.var(axis=0).sum())) if len(latent_map) else 0.0
        self._spacing = _typical_spacing(latent_map.xy)

    def __call__(self, x: float, y: float) -> Decoded:
        place = np.array([x, y], np.float32)
        if len(self.map) == 0:
            if self.map.exact:
                return Decoded(place, 0.0, 0.0)
            return Decoded(np.zeros(self.map.latents.shape[1], np.float32), 1.0, 0.0)
        squared = ((self.map.xy - place) ** 2).sum(axis=1)
        distance = float(np.sqrt(squared.min())) / self._spacing
        if self.map.exact:
            return Decoded(place, 0.0, distance)
        chosen, weights = self._weights(np.sqrt(squared))
        codes = self.map.latents[chosen]
        code = weights @ codes
        deviation = 0.0
        if self._spread > 0:
            deviation = float(np.sqrt(weights @ ((codes - code) ** 2).sum(axis=1))) / self._spread
        return Decoded(self._on_place(code, place), min(deviation, 1.0), distance)

    def _weights(self, distances: FloatArray) -> tuple[np.ndarray, FloatArray]:
        """Indices of the nearest points and their weights, which sum to 1."""
        if len(distances) <= self._count:
            chosen = np.arange(len(distances))
            reach = float(distances.max()) * 1.5
        else:
            nearest = np.argpartition(distances, self._count)[: self._count + 1]
            reach = float(distances[nearest].max())
            chosen = nearest[distances[nearest] < reach]
        if len(chosen) == 0 or reach <= 0:  # equally far, or all on this place
            chosen = np.flatnonzero(distances <= distances.min())[: self._count]
            return chosen, np.full(len(chosen), 1 / len(chosen), np.float32)
        near = np.maximum(distances[chosen].astype(np.float64), reach * 1e-6)
        weights = ((reach - near) / (reach * near)) ** 2
        return chosen, (weights / weights.sum()).astype(np.float32)

    def _on_place(self, code: FloatArray, place: FloatArray) -> FloatArray:
        axes, mean = self.map.inverse.get("axes"), self.map.inverse.get("mean")
        if axes is None or mean is None:
            return code
        return (code + (place - (code - mean) @ axes.T) @ axes).astype(np.float32)


def _typical_spacing(xy: FloatArray) -> float:
    """About how far apart neighbours would lie if the points were spread evenly over the map."""
    if len(xy) < 2:
        return 1.0
    low, high = np.percentile(xy, [2, 98], axis=0)
    area = float(np.prod(np.maximum(high - low, 1e-6)))
    return max(float(np.sqrt(area / len(xy))), 1e-6)
