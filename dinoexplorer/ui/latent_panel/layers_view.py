"""Some layers of a code as if they were the whole of it, for the sliders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.layers import Chosen, alike_in_layers, dimensions_of_layers


class LayersView:
    """A space of the noise, the chosen layers, and the numbers that belong to no layer, such as weights of classes.

    Where layers share one space a slider stands for the same number in all that are chosen: it shows their mean, and
    moves them by as much, so that what they differ in stays.
    """

    def __init__(self, spec: LatentSpec, chosen: Chosen) -> None:
        columns = alike_in_layers(spec, chosen).T if spec.shared else dimensions_of_layers(spec, chosen)[:, None]
        everywhere = np.setdiff1d(np.arange(spec.dim), dimensions_of_layers(spec, (0, len(spec.layers))))
        noise = everywhere >= spec.dim - spec.noise
        self._before, self._columns, self._behind = everywhere[noise], columns, everywhere[~noise]
        firsts = np.concatenate([self._before, columns[:, 0], self._behind])
        end = f" {spec.layers[chosen[0]].name}" if spec.shared else ""
        self.spec = replace(
            spec,
            dim=len(firsts), mean=spec.mean[firsts], std=spec.std[firsts],
            importance=None if spec.importance is None else spec.importance[firsts],
            names=tuple(spec.name(int(first)).removesuffix(end) for first in firsts), mixture=None, layers=(), noise=0,
        )  # fmt: skip

    def values(self, code: FloatArray) -> FloatArray:
        """Where the sliders stand for a code ``(dim,)``."""
        means = code[self._columns].mean(axis=1, dtype=np.float64)
        return np.concatenate([code[self._before], means, code[self._behind]]).astype(np.float32)

    def locks(self, locked: np.ndarray) -> np.ndarray:
        """Which of the sliders are locked: those all of whose numbers are."""
        return np.concatenate([locked[self._before], locked[self._columns].all(axis=1), locked[self._behind]])

    def dimensions(self, row: int) -> NDArray[np.intp]:
        """The numbers of the code that a slider moves."""
        place = row - len(self._before)
        if place < 0:
            return self._before[row, None]
        return self._columns[place] if place < len(self._columns) else self._behind[place - len(self._columns), None]
