"""A point of the picture that is to be dragged somewhere else. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[float, float]
"""x and y in the picture's pixels from its upper left corner; the middle of the first pixel is (0.5, 0.5)."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A point of the picture and where it should go; one whose ``target`` is its ``start`` is to stay."""

    start: Place
    target: Place
