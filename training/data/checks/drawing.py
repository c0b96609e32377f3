"""The pictures of a report: small, and the same for the same figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
_GROUND, _BAR, _LINE = (250, 250, 250), (70, 120, 190), (200, 90, 40)
_HEIGHT, _WIDTH, _WIDEST_BAR = 120, 360, 24
_SIDE = 128


def bars(values: Sequence[float], *, line: float | None = None) -> Pixels:
    """Values >= 0 as bars from left to right, and a level across them; uint8 (h, w, 3)."""
    picture = np.full((_HEIGHT, _WIDTH, 3), _GROUND, np.uint8)
    top = max([*values, line or 0.0, 1e-9])
    step = min(_WIDEST_BAR, _WIDTH / max(1, len(values)))
    for index, value in enumerate(values):
        left, right = round(index * step), round((index + 1) * step)
        gap = 1 if right - left > 2 else 0
        picture[_HEIGHT - round(value / top * (_HEIGHT - 8)) :, left : right - gap] = _BAR
    if line is not None:
        row = min(_HEIGHT - 1, _HEIGHT - round(line / top * (_HEIGHT - 8)))
        picture[row, : max(1, round(len(values) * step))] = _LINE
    return picture


def curve(values: Sequence[float]) -> Pixels:
    """Values >= 0 as a line from left to right over a ground that begins at 0; uint8 (h, w, 3)."""
    picture = np.full((_HEIGHT, _WIDTH, 3), _GROUND, np.uint8)
    finite = np.nan_to_num(np.asarray(values, float), nan=0.0, posinf=0.0)
    columns = np.interp(np.linspace(0, max(0, len(finite) - 1), _WIDTH), np.arange(len(finite)), finite)
    rows = _HEIGHT - 1 - np.round(columns / max(1e-9, columns.max()) * (_HEIGHT - 8)).astype(int)
    for column, row in enumerate(rows):
        before = rows[max(0, column - 1)]
        picture[min(row, before) : max(row, before) + 2, column] = _BAR
    return picture


def tiles(pictures: Pixels, columns: int = 8, *, gap: int = 2) -> Pixels:
    """Pictures (n, h, w, c) row by row on white, scaled up where they are tiny; uint8 (h, w, 3)."""
    pictures = np.stack([enlarged(picture, _SIDE // 2) for picture in pictures])
    count, height, width, _ = pictures.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = gap + index // columns * (height + gap), gap + index % columns * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def enlarged(picture: Pixels, side: int = _SIDE) -> Pixels:
    """A picture (h, w, c) in colour, its pixels as squares, at least about `side` pixels high; uint8 (h, w, 3)."""
    times = max(1, side // picture.shape[0])
    colour = np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture
    return np.repeat(np.repeat(colour, times, axis=0), times, axis=1)


def in_bytes(values: NDArray[np.floating]) -> Pixels:
    """Grey levels of any float type as bytes, cut at 0 and 255."""
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
