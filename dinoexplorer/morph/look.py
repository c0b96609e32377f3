"""How the pictures of a film look: size, scaling, grid, background, cards."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.errors import MorphError

Scaling = Literal["lanczos", "bicubic", "nearest"]
Colour = tuple[int, int, int]
LARGEST_SIDE = 8192
"""Pixels of a film's longer side."""
_FILTERS = {
    "lanczos": Image.Resampling.LANCZOS,
    "bicubic": Image.Resampling.BICUBIC,
    "nearest": Image.Resampling.NEAREST,
}
SCALINGS: tuple[Scaling, ...] = ("lanczos", "bicubic", "nearest")
_LONGEST_CARD = 60.0
_MOST_LETTERS = 500
_LINE = 28  # letters
_LEAST_LINES = 10  # of the largest letters in a picture's height
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "arial.ttf", "Arial.ttf")


@dataclass(frozen=True, slots=True)
class Card:
    """A text in the middle of the film's background, for some seconds."""

    text: str
    seconds: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= _LONGEST_CARD or not self.text.strip() or len(self.text) > _MOST_LETTERS:
            raise MorphError(
                f"A card shows up to {_MOST_LETTERS} letters for up to {_LONGEST_CARD:g} seconds; "
                f"change its text or time."
            )


@dataclass(frozen=True, slots=True)
class Look:
    """How the pictures of a film look.

    Attributes
    ----------
    side : int or None
        Pixels of each picture's side; None is what the model makes.
    scaling : "lanczos", "bicubic" or "nearest"
    background : (red, green, blue) or None
        Behind cards and where a grid has no picture; None is transparent, where the format can.
    columns : int or None
        Of a grid of several films; None is as square as can be.
    title, end : Card or None
        Before and after the film.
    """

    side: int | None = None
    scaling: Scaling = "lanczos"
    background: Colour | None = (0, 0, 0)
    columns: int | None = None
    title: Card | None = None
    end: Card | None = None

    def __post_init__(self) -> None:
        if self.side is not None and not 1 <= self.side <= LARGEST_SIDE:
            raise MorphError(f"A picture of {self.side} pixels does not work; give a size from 1 to {LARGEST_SIDE}.")
        if self.scaling not in SCALINGS:
            raise MorphError(f"There is no scaling called {self.scaling!r}; use {', '.join(SCALINGS)}.")
        if self.background is not None and not all(0 <= value <= 255 for value in self.background):
            raise MorphError("The parts of a colour lie between 0 and 255; give three such numbers.")
        if self.columns is not None and self.columns < 1:
            raise MorphError("A grid has at least one column; give a number from 1 up.")


def scaled(picture: ByteArray, side: int, scaling: Scaling) -> ByteArray:
    """A picture ``(h, w, 3)`` as ``(side, side, 3)``; as it is where that is its size."""
    if picture.shape[:2] == (side, side):
        return picture
    return np.asarray(Image.fromarray(picture).resize((side, side), _FILTERS[scaling]))


def canvas(height: int, width: int, background: Colour | None) -> ByteArray:
    """An empty picture: ``(height, width, 3)`` of a colour, or ``(height, width, 4)`` transparent."""
    if background is None:
        return np.zeros((height, width, 4), np.uint8)
    return np.full((height, width, 3), background, np.uint8)


def draw_card(card: Card, height: int, width: int, background: Colour | None) -> ByteArray:
    """A card as a picture of this size."""
    image = Image.fromarray(canvas(height, width, background))
    lines = _lines(card.text)
    longest = max(map(len, lines))
    font = _font(max(min(height / _LEAST_LINES, height / (2 + 1.5 * len(lines)), 1.6 * width / (longest + 2)), 4.0))
    draw = ImageDraw.Draw(image)
    text = "\n".join(lines)
    fill = _ink(background) if background is not None else (*_ink((0, 0, 0)), 255)
    draw.multiline_text((width / 2, height / 2), text, fill=fill, font=font, anchor="mm", align="center")
    return np.asarray(image)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of the system; the one that Pillow brings along knows little beyond English."""
    for name in _FONTS:
        with suppress(OSError):
            return ImageFont.truetype(name, size)
    return ImageFont.load_default(size)


def _ink(background: Colour) -> Colour:
    """Black on light, white on dark."""
    red, green, blue = background
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 127
    return (0, 0, 0) if light else (255, 255, 255)


def _lines(text: str) -> list[str]:
    """The lines that were written, the long ones broken between words."""
    lines: list[str] = []
    for written in text.strip().splitlines():
        lines.append("")
        for word in written.split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
