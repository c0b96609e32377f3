"""Pictures with titles on one sheet: beside each other, or as a table."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dinoexplorer.comparing.captions import Caption
from dinoexplorer.comparing.choosing import grid_shape
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.picture_files import LARGEST_SHEET

_PAPER, _INK, _MUTED, _EMPTY = (255, 255, 255), (23, 28, 35), (82, 92, 105), (238, 240, 243)
_LEAST = 192  # pixels of a picture below which its title would not fit
_LARGE, _SMALL = 16, 13  # sizes of the letters
_HEAD = 44  # above each picture or column
_GAP, _MARGIN = 16, 24
_ROW_HEAD = 120

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """One place of a sheet: pictures ``(h, w, 3)`` in a block, or the sentence that says why there are none."""

    pictures: tuple[ByteArray, ...] = ()
    reason: str = ""


def comparison_sheet(captions: Sequence[Caption], tiles: Sequence[Tile], heading: str = "") -> ByteArray:
    """Tiles in rows below their titles ``(height, width, 3)``.

    Raises
    ------
    GeneratorError
        If the sheet would be too large to be opened by most programs.
    """
    rows, columns = grid_shape(len(tiles), 16, 10, 1)
    side, top = _side_for(tiles), _MARGIN + (_LARGE + _GAP if heading else 0)
    step_x, step_y = side + _GAP, side + _HEAD + _GAP
    sheet = _Sheet(2 * _MARGIN + columns * step_x - _GAP, top + _MARGIN + rows * step_y - _GAP)
    sheet.write(heading, _MARGIN, _MARGIN - 6, sheet.width - 2 * _MARGIN)
    for number, (caption, tile) in enumerate(zip(captions, tiles, strict=True)):
        left, upper = _MARGIN + number % columns * step_x, top + number // columns * step_y
        sheet.caption(caption, left, upper, side)
        sheet.tile(tile, left, upper + _HEAD, side)
    return sheet.pixels


def table_sheet(
    columns: Sequence[Caption], rows: Sequence[Caption], tiles: Mapping[tuple[int, int], Tile], heading: str = ""
) -> ByteArray:
    """Tiles by row and column, with the titles of the columns above and those of the rows at the left.

    Raises
    ------
    GeneratorError
        If the sheet would be too large to be opened by most programs.
    """
    side, top = _side_for(tuple(tiles.values())), _MARGIN + (_LARGE + _GAP if heading else 0)
    left, step = _MARGIN + _ROW_HEAD, side + _GAP
    sheet = _Sheet(left + len(columns) * step - _GAP + _MARGIN, top + _HEAD + len(rows) * step - _GAP + _MARGIN)
    sheet.write(heading, _MARGIN, _MARGIN - 6, sheet.width - 2 * _MARGIN)
    for number, caption in enumerate(columns):
        sheet.caption(caption, left + number * step, top, side)
    for row, caption in enumerate(rows):
        upper = top + _HEAD + row * step
        sheet.caption(caption, _MARGIN, upper + side / 2 - _HEAD / 2, _ROW_HEAD - _GAP)
        for column in range(len(columns)):
            tile = tiles.get((row, column), Tile(reason="no checkpoint"))
            sheet.tile(tile, left + column * step, upper, side)
    return sheet.pixels


class _Sheet:
    """White paper to draw on."""

    def __init__(self, width: int, height: int) -> None:
        if width * height > LARGEST_SHEET:
            raise GeneratorError(
                f"This sheet would have {width} x {height} pixels, more than the {LARGEST_SHEET // 10**6} million that "
                f"most programs open; ask for fewer checkpoints or fewer pictures."
            )
        self.width = width
        self._image = Image.new("RGB", (width, height), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def pixels(self) -> ByteArray:
        return np.asarray(self._image)

    def caption(self, caption: Caption, left: float, top: float, width: float) -> None:
        self.write(caption.title, left, top, width)
        self.write(caption.line, left, top + _LARGE + 5, width, small=True)

    def write(self, text: str, left: float, top: float, width: float, *, small: bool = False) -> None:
        """One line, cut where there is no more room."""
        font = _font(_SMALL if small else _LARGE)
        if text:
            self._draw.text((left, top), _fitted(text, font, width), _MUTED if small else _INK, font)

    def tile(self, tile: Tile, left: int, top: int, side: int) -> None:
        if not tile.pictures:
            self._draw.rectangle((left, top, left + side - 1, top + side - 1), _EMPTY)
            self._sentence(tile.reason, left, top, side)
            return
        across = math.ceil(math.sqrt(len(tile.pictures)))
        inner = side // across
        for number, picture in enumerate(tile.pictures):
            x, y = left + number % across * inner, top + number // across * inner
            self._image.paste(Image.fromarray(_scaled(picture, inner)), (x, y))

    def _sentence(self, text: str, left: int, top: int, side: int) -> None:
        font, room = _font(_SMALL), side - 2 * _GAP
        letters = max(int(room / max(font.getlength("n"), 1)), 8)
        lines = textwrap.wrap(text, letters)
        upper = top + side / 2 - len(lines) * (_SMALL + 5) / 2
        for number, line in enumerate(lines):
            middle = left + (side - min(font.getlength(line), room)) / 2
            self.write(line, middle, upper + number * (_SMALL + 5), room, small=True)


def _side_for(tiles: Sequence[Tile]) -> int:
    """So large that no picture is made smaller, as far as they agree."""
    sides: list[int] = [
        picture.shape[0] * math.ceil(math.sqrt(len(tile.pictures))) for tile in tiles for picture in tile.pictures
    ]
    return max([_LEAST, *sides])


def _scaled(picture: ByteArray, side: int) -> ByteArray:
    if picture.shape[0] == side:
        return picture
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS))


def _fitted(text: str, font: Font, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    kept = text
    while kept and font.getlength(f"{kept}…") > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


@lru_cache(maxsize=8)
def _font(size: int) -> Font:
    """The letters that come with Pillow, so that a sheet looks alike on every machine."""
    return ImageFont.load_default(size)
