"""The figure being built: coloured shapes in layers, and what ornaments need to attach to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.data.dinosaurs.body import Array, Tube, turned
from training.data.dinosaurs.palette import Colour, Palette

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors


class Layer(IntEnum):
    """From the back to the front; each layer gets its own soft relief."""

    FAR = 0
    BEHIND = 1
    BODY = 2
    NEAR = 3
    FRONT = 4
    HEAD = 5


class Shape(NamedTuple):
    """A filled polygon ``(n, 2)``; ``solid`` shapes make up the relief of their layer, others only colour it."""

    points: Array
    colour: Colour
    solid: bool


@dataclass(slots=True)
class Figure:
    """An animal in body space."""

    factors: Factors
    palette: Palette
    layers: dict[Layer, list[Shape]] = field(default_factory=dict)
    spine: Tube = field(init=False)
    skull_base: Array = field(init=False)
    skull_angle: float = 0.0
    skull_length: float = 1.0

    def add(self, layer: Layer, points: Array, colour: Colour, *, solid: bool = True) -> None:
        """Put a shape on top of its layer."""
        self.layers.setdefault(layer, []).append(Shape(points, colour, solid))

    def head(self, points: Array | tuple[tuple[float, float], ...]) -> Array:
        """From the frame of the skull to body space."""
        result: Array = turned(np.asarray(points, float) * self.skull_length, self.skull_angle) + self.skull_base
        return result
