"""The way back: from a place on the map to a code."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.cell_index import CellIndex
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.network import network_of
from dinoexplorer.latent.planes import plane_of

_PASSAGE = 12.0  # pixels, at most, from the smooth code to the own code of a point; half of it is done within 5
_APART = 9.0  # pixels: any drag through a shorter passage has steps beyond 1.5 times those around them
_HOME_PIXELS = 500.0  # across a map that is seen as a whole
_SAMPLE = 300  # points that say how densely the data lie
_FLOOR = 0.1  # of the shell's radius: what keeps a code near the middle from being thrown about


@dataclass(frozen=True, eq=False, slots=True)
class Decoded:
    """A code for a place, and how much it can be trusted.

    ``deviation`` is the root mean square distance of the codes of the nearest images from this one, as a share of the
    spread of all codes: 0 where the place decides the code, near 1 where the map knows no more than "somewhere in the
    data". ``distance`` is how far the nearest encoded image lies, in units of the map's typical point spacing.
    ``density`` is how densely the images lie around, as a share of what is typical among them: 1 within the data (never
    more), towards 0 away from them.
    """

    code: FloatArray
    deviation: float
    distance: float
    density: float = 1.0

    @property
    def nearness(self) -> float:
        """How near the data are: 1 among them and on every single image, towards 0 away from them."""
        return max(math.sqrt(self.density), 1 - self.distance)


class WayBack:
    """Decodes places of one map: exactly on planes, elsewhere by a smooth inverse.

    The smooth inverse is the map's small network. A point shows its own code, and within some pixels around it the one
    passes into the other. A map without a network blends its nearest images: Shepard's method with the compact weights
    of Franke and Little, ``((R - d) / (R d))^2`` with R the distance of the first point that is left out, which is
    continuous, and on a point that point's own code. Where the map is linear (PCA) the code is then moved within the
    plane so that it lies exactly at the place that was asked for.

    Parameters
    ----------
    neighbours : int
        How many of the nearest images are blended, and asked how far they differ.
    index : CellIndex or None
        Of ``latent_map.xy`` where there is one already; a million points take 0.3 s to sort.
    """

    def __init__(self, latent_map: LatentMap, neighbours: int = 8, index: CellIndex | None = None) -> None:
        self.map = latent_map
        self._index = CellIndex(latent_map.xy) if index is None else index
        self._count = min(neighbours, max(len(latent_map) - 1, 2))
        self._spread = float(np.sqrt(latent_map.latents.var(axis=0).sum())) if len(latent_map) else 0.0
        self._spacing, self._pixel = _typical_spacing(latent_map.xy)
        dim = latent_map.latents.shape[1]
        self._network = network_of(latent_map.inverse, dim)
        self._plane = plane_of(latent_map.inverse, dim)
        self._typical_reach = self._reach_among_the_data()

    def __call__(self, x: float, y: float, pixel: float | None = None) -> Decoded:
        """The code of a place.

        ``pixel`` is the width of a pixel of the screen in units of the map, while the place is dragged: points that lie
        too close to be told apart at this zoom then keep to the smooth inverse, so that nothing jumps. Without it every
        point gives its own code.
        """
        place = np.array([x, y], np.float32)
        if len(self.map) == 0:
            return self._of_nothing(place)
        positions, distances = self._index.nearest(x, y, self._count + 1)
        if len(positions) == 0:  # the place is no number
            return self._of_nothing(np.zeros(2, np.float32))
        numbers = self._index.order[positions]
        distance = float(distances[0]) / self._spacing
        density = self._density(float(distances[-1]))
        if self.map.exact:
            return Decoded(place, 0.0, distance, density)
        if self._plane is not None:
            return Decoded(self._plane.code(x, y), 0.0, distance, density)
        chosen, weights = self._weights(distances)
        codes = self.map.latents[numbers[chosen]]
        if self._network is None:
            code = weights @ codes
        else:
            code = self._on_shell(self._network(place[None])[0])
            code = self._passing(code, int(numbers[0]), float(distances[0]), pixel)
        deviation = 0.0
        if self._spread > 0:
            deviation = float(np.sqrt(weights @ ((codes - code) ** 2).sum(axis=1))) / self._spread
        return Decoded(self._on_place(code, place), min(deviation, 1.0), distance, density)

    def of_point(self, number: int) -> Decoded:
        """The own code of an encoded image: what a click on its dot shows, however many lie upon each other."""
        x, y = map(float, self.map.xy[number])
        _, distances = self._index.nearest(x, y, self._count + 1)
        density = self._density(float(distances[-1])) if len(distances) else 1.0
        return Decoded(np.asarray(self.map.latents[number]), 0.0, 0.0, density)

    def _of_nothing(self, place: FloatArray) -> Decoded:
        if self.map.exact:
            return Decoded(place, 0.0, 0.0)
        if self._plane is not None:
            return Decoded(self._plane.code(*map(float, place)), 0.0, 0.0)
        return Decoded(np.zeros(self.map.latents.shape[1], np.float32), 1.0, 0.0, 0.0)

    def _weights(self, distances: FloatArray) -> tuple[np.ndarray, FloatArray]:
        """Which of the nearest points count, and their weights, which sum to 1; ``distances`` ascend."""
        if len(distances) <= self._count:
            chosen = np.arange(len(distances))
            reach = float(distances[-1]) * 1.5
        else:
            reach = float(distances[-1])
            chosen = np.flatnonzero(distances < reach)
        if len(chosen) == 0 or reach <= 0:  # equally far, or all on this place
            chosen = np.flatnonzero(distances <= distances[0])[: self._count]
            return chosen, np.full(len(chosen), 1 / len(chosen), np.float32)
        near = np.maximum(distances[chosen].astype(np.float64), reach * 1e-6)
        weights = ((reach - near) / (reach * near)) ** 2
        return chosen, (weights / weights.sum()).astype(np.float32)

    def _passing(self, code: FloatArray, nearest: int, distance: float, pixel: float | None) -> FloatArray:
        """From the smooth code to the own code of the nearest point, within half the way to that point's neighbour."""
        size = self._pixel if pixel is None else pixel
        if distance >= _PASSAGE * size:
            return code
        x, y = map(float, self.map.xy[nearest])
        _, around = self._index.nearest(x, y, 2)
        room = float(around[-1]) / 2 if len(around) == 2 else float("inf")
        reach = min(_PASSAGE * size, room)
        if distance >= reach:
            return code
        apart = 1.0 if pixel is None else min(max(room / size - _APART, 0.0), 1.0)
        share = apart * (1 - (distance / reach) ** 2) ** 4  # flat at both ends, and no steeper than it must be
        return np.asarray(code + share * (self.map.latents[nearest] - code), np.float32)

    def _on_shell(self, code: FloatArray) -> FloatArray:
        """Averages shrink: a code of a Gaussian prior goes back to the norm that such codes have."""
        shell = self.map.inverse.get("shell")
        if shell is None:
            return code
        radius, free = float(shell[0]), int(shell[1])
        norm = float(np.linalg.norm(code[:free]))
        code = code.copy()
        code[:free] *= radius / max(float(np.hypot(norm, _FLOOR * radius)), 1e-12)
        return code

    def _on_place(self, code: FloatArray, place: FloatArray) -> FloatArray:
        axes, mean = self.map.inverse.get("axes"), self.map.inverse.get("mean")
        if axes is None or mean is None:
            return code
        return (code + (place - (code - mean) @ axes.T) @ axes).astype(np.float32)

    def _density(self, reach: float) -> float:
        if reach <= self._typical_reach or len(self._index) == 0:
            return 1.0
        return (self._typical_reach / reach) ** 2

    def _reach_among_the_data(self) -> float:
        """How far from a typical point the last of its neighbours lies."""
        some = self.map.xy[:: max(len(self.map) // _SAMPLE, 1)]
        found = [self._index.nearest(float(x), float(y), self._count + 1)[1] for x, y in some]
        return float(np.median([distances[-1] for distances in found if len(distances)] or [0.0]))


def _typical_spacing(xy: FloatArray) -> tuple[float, float]:
    """About how far apart neighbours would lie if the points were spread evenly, and a pixel of the whole map."""
    if len(xy) < 2:
        return 1.0, 1 / _HOME_PIXELS
    low, high = np.percentile(xy, [2, 98], axis=0)
    sides = np.maximum(high - low, 1e-6)
    return max(float(np.sqrt(np.prod(sides) / len(xy))), 1e-6), float(sides.max()) / _HOME_PIXELS
