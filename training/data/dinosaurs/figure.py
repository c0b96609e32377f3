"""The figure being built: coloured shapes in layers, and what ornaments need to attach to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.data.dinosaurs.body import Array, Point, Tube, turned
from training.data.dinosaurs.palette import Colour, Palette

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors


_EYE_HEIGHT, _MIDDLE = 25.0, 50.0
# The widest turn to either side of the pure side view, and how far the eye looks down on the animal.
_TURN, _RISE = math.radians(12.0), math.sin(math.radians(5.0))


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

    @property
    def view(self) -> float:
        """From where the animal is seen: -1 (12 degrees from behind) to 1 (12 degrees from ahead)."""
        return self.factors.view

    def aside(self, depth: float) -> Point:
        """How far a point that is ``depth`` nearer to the viewer than the middle of the animal appears to be shifted.

        Seen from ahead the near side (``depth`` > 0) goes back and the far side (``depth`` < 0) comes forwards; what
        is far also stands a little higher in the picture.
        """
        return -depth * math.sin(_TURN * self.factors.view), -depth * _RISE

    def add(self, layer: Layer, points: Array, colour: Colour, *, solid: bool = True) -> None:
        """Put a shape on top of its layer."""
        self.layers.setdefault(layer, []).append(Shape(points, colour, solid))

    def head(self, points: Array | tuple[tuple[float, float], ...]) -> Array:
        """From the frame of the skull to body space."""
        result: Array = turned(np.asarray(points, float) * self.skull_length, self.skull_angle) + self.skull_base
        return result

    def seen(self, points: Array) -> Array:
        """Points of body space as the view shows them: the end that is turned towards the viewer looks larger."""
        turn = _TURN * self.factors.view
        along = points[:, 0] / _MIDDLE - 1.0
        grown = 1.0 + 0.26 * math.sin(turn) * along
        result = np.empty_like(points)
        result[:, 0] = _MIDDLE * (1.0 + math.cos(1.4 * turn) * along * (0.5 + 0.5 * grown))
        result[:, 1] = _EYE_HEIGHT + (points[:, 1] - _EYE_HEIGHT) * grown
        return result
