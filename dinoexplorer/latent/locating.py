"""The way there: from a code to its place on the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.planes import plane_of
from dinoexplorer.latent.way_back import Decoded

_QUICK = 2_000_000  # numbers of all codes together, which are compared within a millisecond


@dataclass(frozen=True, slots=True)
class Located:
    """Where a code lies on the map; ``approximate`` where only the nearest encoded image's place is known."""

    x: float
    y: float
    approximate: bool


class Locator:
    """Finds the place of a code: exactly on planes, by projection on linear maps, else by the nearest encoded image."""

    def __init__(self, latent_map: LatentMap) -> None:
        self._map = latent_map
        self._axes, self._mean = latent_map.inverse.get("axes"), latent_map.inverse.get("mean")
        latents = latent_map.latents
        self._plane = plane_of(latent_map.inverse, latents.shape[1])
        self._squares = np.einsum("ij,ij->i", latents, latents)
        self._spread = float(np.sqrt(latents.var(axis=0).sum())) if len(latents) else 0.0

    @property
    def quick(self) -> bool:
        """Whether a code is found in a fraction of a frame; else it belongs into a thread."""
        known = self._map.exact or self._plane is not None or (self._axes is not None and self._mean is not None)
        return known or self._map.latents.size <= _QUICK

    def __call__(self, code: FloatArray) -> Located:
        if self._map.exact:
            return Located(float(code[0]), float(code[1]), approximate=False)
        if self._plane is not None:
            x, y = self._plane.places(np.asarray(code)[None])[0]
            return Located(float(x), float(y), approximate=False)
        if self._axes is not None and self._mean is not None:
            # Not a matrix product: for few numbers OpenBLAS (NumPy 2.4) works on more than there are, and now and
            # then warns of what it made of the rest.
            x, y = (self._axes * (code - self._mean)).sum(axis=1)
            return Located(float(x), float(y), approximate=False)
        if len(self._map) == 0:
            return Located(0.0, 0.0, approximate=True)
        nearest = int(np.argmin(self._squares - 2 * (self._map.latents @ code)))
        x, y = self._map.xy[nearest]
        return Located(float(x), float(y), approximate=True)

    def beside(self, code: FloatArray, decoded: Decoded) -> float:
        """How far ``code`` lies from the code that its place decodes to, as a share of the spread of all codes."""
        if self._map.exact or self._spread == 0:
            return 0.0
        return float(np.linalg.norm(code - decoded.code)) / self._spread
