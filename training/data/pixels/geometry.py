"""Which part of an upright picture is taken, and where it lands on the square."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from training.data.pixels.colours import Rectangle
from training.data.sources.source import Box
from training.data.workshop.preparation import Preparation

Size = tuple[int, int]
_LEAST = 1e-6  # of a pixel: smaller parts are no part of a picture, and numbers give out on them


@dataclass(frozen=True, slots=True)
class Cut:
    """One picture to make.

    Attributes
    ----------
    box
        What the result shows, in pixels of the upright original; what lies outside `taken` is background.
    taken
        The part of `box` that is filled with picture.
    size
        Width and height of the result.
    label
        Of the marked part, where it has one of its own.
    marked
        Whether somebody marked this part.
    """

    box: Rectangle
    taken: Rectangle
    size: Size
    label: str | None = None
    marked: bool = False

    @property
    def enlargement(self) -> float:
        """How many times as large the result is as what it shows; below 1 it is shrunk."""
        return max(self.size[0] / _width(self.box), self.size[1] / _height(self.box))

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the picture in the result, in whole pixels; at least one of them."""
        left, right = _span(self.taken[0], self.taken[2], self.box[0], self.box[2], self.size[0])
        top, bottom = _span(self.taken[1], self.taken[3], self.box[1], self.box[3], self.size[1])
        return left, top, right, bottom


def cuts(
    size: Size, preparation: Preparation, boxes: Sequence[Box] = (), crop: Rectangle | None = None
) -> tuple[Cut, ...]:
    """What to take of an upright picture of `size`.

    Parameters
    ----------
    boxes
        Marked parts in pixels of the upright picture; only `bbox` cuts around them, and where none lies in the picture
        it takes the centre.
    crop
        A part chosen by hand, taken instead of the whole and of all boxes; it may reach out of the picture.

    Returns
    -------
    tuple
        One a picture to make; empty where `crop` is no part of the picture.
    """
    whole = (0.0, 0.0, float(size[0]), float(size[1]))
    if preparation.crop == "bbox" and crop is None:
        marked = [(box, inside) for box in boxes if (inside := overlap(_rectangle(box), whole)) is not None]
        if marked:
            return tuple(_around(inside, whole, preparation.size, box.label) for box, inside in marked)
    part = whole if crop is None else crop
    if overlap(part, whole) is None:
        return ()
    box, shown, small = _fitted(part, preparation)
    taken = overlap(shown, whole)
    return () if taken is None else (Cut(box, taken, small),)


def turned(box: Box, stored: Size, orientation: int) -> Box:
    """A box of the stored picture in the upright one; `orientation` as in EXIF, 1 to 8."""
    width, height = stored
    corners = [
        _turned_point(x, y, width, height, orientation) for x, y in ((box.left, box.top), (box.right, box.bottom))
    ]
    (left, right), (top, bottom) = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return Box(left, top, right, bottom, box.label)


def overlap(one: Rectangle, other: Rectangle) -> Rectangle | None:
    """What two rectangles share; None where that is nothing, or next to it (or one of them is no rectangle)."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    least = min(right - left, bottom - top)
    return (left, top, right, bottom) if least > _LEAST and all(map(math.isfinite, one)) else None


def _fitted(part: Rectangle, preparation: Preparation) -> tuple[Rectangle, Rectangle, Size]:
    """What the result shows of a part, how much of that is picture, and its size."""
    side, width, height = preparation.size, _width(part), _height(part)
    if preparation.crop == "none":
        scale = side / max(width, height)
        return part, part, (max(1, round(width * scale)), max(1, round(height * scale)))
    if preparation.crop == "squeeze":
        return part, part, (side, side)
    if preparation.crop == "fit":
        return _square(part, max(width, height)), part, (side, side)
    middle = _square(part, min(width, height))
    return middle, middle, (side, side)


def _around(box: Rectangle, whole: Rectangle, size: int, label: str | None) -> Cut:
    """A square around a box, moved into the picture as far as it goes."""
    square = _square(box, max(_width(box), _height(box)))
    right, down = _shift(square[0], square[2], whole[2]), _shift(square[1], square[3], whole[3])
    square = (square[0] + right, square[1] + down, square[2] + right, square[3] + down)
    return Cut(square, overlap(square, whole) or box, (size, size), label, marked=True)


def _shift(low: float, high: float, end: float) -> float:
    """How far to move [low, high] so that it lies within [0, end], or around it where it is longer."""
    least, most = sorted((0.0, end - (high - low)))
    return min(max(low, least), most) - low


def _square(part: Rectangle, side: float) -> Rectangle:
    left, top = (part[0] + part[2] - side) / 2, (part[1] + part[3] - side) / 2
    return left, top, left + side, top + side


def _span(low: float, high: float, start: float, end: float, pixels: int) -> tuple[int, int]:
    scale = pixels / (end - start)
    first = min(round((low - start) * scale), pixels - 1)
    return first, max(first + 1, min(round((high - start) * scale), pixels))


def _turned_point(x: float, y: float, width: float, height: float, orientation: int) -> tuple[float, float]:
    if orientation in {2, 3, 7, 8}:
        x = width - x
    if orientation in {3, 4, 6, 7}:
        y = height - y
    return (y, x) if orientation > 4 else (x, y)


def _rectangle(box: Box) -> Rectangle:
    return box.left, box.top, box.right, box.bottom


def _width(rectangle: Rectangle) -> float:
    return rectangle[2] - rectangle[0]


def _height(rectangle: Rectangle) -> float:
    return rectangle[3] - rectangle[1]
