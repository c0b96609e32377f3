"""Which pixels a stroke covers: those whose middle lies in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]
"""x and y in pixels of the picture from its upper left corner; the middle of the first pixel is (0.5, 0.5)."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, the latter of each not included."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def empty(self) -> bool:
        return self.bottom <= self.top or self.right <= self.left


def around(shape: tuple[int, int], one: Place, other: Place, margin: float = 0.0) -> Box:
    """The pixels of a picture ``(h, w)`` of which a part lies between two places, or so near to that."""
    (height, width), (x, y) = shape, zip(one, other, strict=True)
    top, bottom = math.floor(min(y) - margin), math.ceil(max(y) + margin)
    left, right = math.floor(min(x) - margin), math.ceil(max(x) + margin)
    return Box(max(top, 0), min(bottom, height), max(left, 0), min(right, width))


def line(box: Box, start: Place, end: Place, radius: float) -> NDArray[np.bool_]:
    """The pixels of ``box`` no farther than ``radius`` from the line, and at least those that hold its ends."""
    rows = np.arange(box.top, box.bottom)[:, None] + 0.5
    columns = np.arange(box.left, box.right)[None] + 0.5
    right, down = end[0] - start[0], end[1] - start[1]
    length = right**2 + down**2
    across, along = columns - start[0], rows - start[1]
    share = np.clip((across * right + along * down) / length, 0, 1) if length else 0.0
    covered: NDArray[np.bool_] = (across - share * right) ** 2 + (along - share * down) ** 2 <= radius**2
    for x, y in (start, end):
        row, column = math.floor(y) - box.top, math.floor(x) - box.left
        if 0 <= row < covered.shape[0] and 0 <= column < covered.shape[1]:
            covered[row, column] = True
    return covered
