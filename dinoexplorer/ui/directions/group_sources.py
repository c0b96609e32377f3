"""Where the groups of examples come from: points chosen on the map, its classes, and pins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.document.standing import Pin
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.direction_lessons import Group
from dinoexplorer.latent.latent_map import LatentMap


@dataclass(frozen=True, eq=False, slots=True)
class GroupSources:
    """What there is at this moment.

    Attributes
    ----------
    latent_map : LatentMap or None
        The one that is shown; None where its codes are not those of the model.
    chosen : intp (n,)
        Its points that are chosen.
    pins : tuple of Pin
    """

    latent_map: LatentMap | None
    chosen: NDArray[np.intp]
    pins: tuple[Pin, ...]

    def classes(self) -> list[tuple[int, str, int]]:
        """Number, name and size of each class that has points."""
        if self.latent_map is None:
            return []
        labels = self.latent_map.labels
        counts = np.bincount(labels[labels >= 0], minlength=len(self.latent_map.classes))
        named = enumerate(zip(self.latent_map.classes, counts.tolist(), strict=False))
        return [(number, name, count) for number, (name, count) in named if count]

    def chosen_points(self) -> Group | None:
        """The chosen points, called by their class where they have one in common; None where none are chosen."""
        if self.latent_map is None or not len(self.chosen):
            return None
        labels = np.unique(self.latent_map.labels[self.chosen])
        name = self.latent_map.label(int(self.chosen[0])) if len(labels) == 1 else ""
        return Group(name or f"{len(self.chosen):,} chosen", self.latent_map.latents[self.chosen])

    def of_class(self, number: int) -> Group | None:
        """All points of a class."""
        if self.latent_map is None:
            return None
        return Group(self.latent_map.classes[number], self.latent_map.latents[self.latent_map.labels == number])

    def of_pins(self, keys: Iterable[int]) -> Group | None:
        """Some of the pins; None where none of them is there any more."""
        wanted = set(keys)
        pins = [pin for pin in self.pins if pin.key in wanted]
        if not pins:
            return None
        codes: FloatArray = np.stack([pin.latent for pin in pins])
        return Group(pins[0].name if len(pins) == 1 else f"{len(pins)} pins", codes)
