"""Principal components as if they were the dimensions of a space, for the sliders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.components import PrincipalAxes


class AxesView:
    """A space whose first values are components, in deviations; weights of classes stay the last ones."""

    def __init__(self, spec: LatentSpec, axes: PrincipalAxes) -> None:
        self.axes = axes
        self.count, self.free = len(axes.vectors), axes.free
        classes = slice(self.free, spec.dim)
        names = [f"c{number + 1}" for number in range(self.count)]
        shares = np.concatenate([axes.shares, np.zeros(spec.dim - self.free)])
        self.spec = replace(
            spec,
            dim=self.count + spec.dim - self.free,
            mean=np.concatenate([np.zeros(self.count), spec.mean[classes]]).astype(np.float32),
            std=np.concatenate([np.ones(self.count), spec.std[classes]]).astype(np.float32),
            importance=shares.astype(np.float32),
            mixture=None,
            layers=(),
            names=(*names, *(spec.name(index) for index in range(self.free, spec.dim))),
        )
        self.abouts = tuple(
            f"Principal component {number + 1}: {share:.1%} of how codes vary. A double click puts it to their mean."
            for number, share in enumerate(axes.shares)
        )

    def values(self, code: FloatArray) -> FloatArray:
        """Where the sliders stand for a code ``(dim,)``."""
        return np.asarray(self.axes.components(code[None])[0], np.float32)

    def locks(self, locked: np.ndarray) -> np.ndarray:
        """The locks of the weights of classes; components have none."""
        return np.concatenate([np.zeros(self.count, bool), locked[self.free :]])

    def dimension(self, row: int) -> int:
        """The number of the code that a row behind the components is."""
        return row - self.count + self.free
