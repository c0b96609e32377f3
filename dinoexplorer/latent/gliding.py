"""A glide: the way over the map from where we stand to a place that was pointed at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.locating import Located
from dinoexplorer.latent.way_back import Decoded, WayBack


class Glide:
    """Places on the straight line between two, with codes that begin and end exactly as they are to.

    Parameters
    ----------
    code : FloatArray
        Where we stand, ``(dim,)``; it need not lie on the map. How far it lies beside it fades on the way.
    target : Decoded
        Of the last place, which may be an image that lies beneath others.
    pixel : float
        The width of a pixel of the screen in units of the map.
    """

    def __init__(
        self,
        way_back: WayBack,
        start: tuple[float, float],
        code: FloatArray,
        *,
        end: tuple[float, float],
        target: Decoded,
        pixel: float,
    ) -> None:
        self._way_back, self._pixel = way_back, pixel
        self._start, self._end, self._target = start, end, target
        self._beside_start = code - way_back(*start, pixel).code
        self._beside_end = target.code - way_back(*end, pixel).code

    def __call__(self, share: float) -> tuple[Located, Decoded]:
        """Where we are after a share of the way in [0, 1]."""
        if share >= 1:
            return Located(*self._end, approximate=False), self._target
        x, y = (one + share * (two - one) for one, two in zip(self._start, self._end, strict=True))
        decoded = self._way_back(x, y, self._pixel)
        code = decoded.code + (1 - share) * self._beside_start + share * self._beside_end
        return Located(x, y, approximate=False), replace(decoded, code=np.asarray(code, np.float32))
