"""The marks of points: a shape and a colour for each tone, drawn by the thousand in one call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.latent_map_view.colouring import Colouring

SHAPES = ("disc", "square", "triangle", "diamond", "ring", "wedge", "plus", "cross")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Square tiles in one picture: their side in device pixels, and how many lie in a row."""

    pixmap: QPixmap
    side: int
    columns: int


def draw_points(
    painter: QPainter,
    screen: FloatArray,
    tones: NDArray[np.integer],
    colouring: Colouring,
    radius: float,
    *,
    dark: bool,
    rimmed: bool = False,
) -> None:
    """Mark the places ``screen (n, 2)``, in device pixels, each by its tone; ``rimmed`` on a ground of any colour."""
    draw_tiles(painter, screen, tones, _sprites(colouring.name, colouring.count, radius, dark=dark, rimmed=rimmed))


def draw_tiles(painter: QPainter, screen: FloatArray, tiles: NDArray[np.integer], sheet: Sheet) -> None:
    """Draw tile ``tiles[i]`` of a sheet around place ``screen[i]``, unscaled."""
    if len(screen) == 0:
        return
    fragments = np.zeros((len(screen), 10))
    fragments[:, 0:2] = screen
    rows, places = np.divmod(tiles, sheet.columns)
    fragments[:, 2] = places * sheet.side
    fragments[:, 3] = rows * sheet.side
    fragments[:, 4:6] = sheet.side
    fragments[:, 6:8] = 1.0
    fragments[:, 9] = 1.0
    # PixmapFragment is ten doubles; one call for all points is fifty times faster than one for each.
    first = shiboken6.Shiboken.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(cast("QPainter.PixmapFragment", first), len(screen), sheet.pixmap)


@lru_cache(maxsize=24)
def _sprites(name: str, count: int, radius: float, *, dark: bool, rimmed: bool = False) -> Sheet:
    """One tile for each tone.

    The tiles make about a square, since Qt paints nothing beyond 32,767 pixels either way.
    """
    side = 2 * math.ceil(radius + max(0.3 * radius, 0.6) + (_RIM if rimmed else 0.0))  # the ends of the arms of a plus
    columns = math.isqrt(max(count - 1, 0)) + 1
    pixmap = QPixmap(side * columns, side * -(-count // columns))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for tone in range(count):
        row, column = divmod(tone, columns)
        centre = QPointF((column + 0.5) * side, (row + 0.5) * side)
        shape, colour = Colouring.shape(name, tone), Colouring.colour(name, tone, dark=dark)
        if rimmed:
            rim = QColor("#000000" if dark else "#ffffff")
            for away in _AROUND:
                draw_shape(painter, shape, centre + away, radius, rim)
        draw_shape(painter, shape, centre, radius, colour, alpha=255 if rimmed else 205)
    painter.end()
    return Sheet(pixmap, side, columns)


def draw_shape(
    painter: QPainter, index: int, centre: QPointF, radius: float, colour: QColor, *, alpha: int = 255
) -> None:
    """The mark of a class: its shape says which one it is as well as its colour."""
    colour = QColor(colour)
    colour.setAlpha(alpha)
    shape = SHAPES[(index + index // 8) % len(SHAPES)] if index >= 0 else "disc"
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if shape == "disc":
        painter.drawEllipse(centre, radius, radius)
    elif shape == "square":
        painter.drawRect(QRectF(centre.x() - 0.85 * radius, centre.y() - 0.85 * radius, 1.7 * radius, 1.7 * radius))
    elif shape in _POLYGONS:
        painter.drawPolygon(QPolygonF([centre + QPointF(x, y) * radius for x, y in _POLYGONS[shape]]))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, max(radius * 0.6, 1.2)))
        if shape == "ring":
            painter.drawEllipse(centre, radius * 0.75, radius * 0.75)
        arms = {"plus": ((1, 0), (0, 1)), "cross": ((0.75, 0.75), (0.75, -0.75))}.get(shape, ())
        for x, y in arms:
            painter.drawLine(centre - QPointF(x, y) * radius, centre + QPointF(x, y) * radius)


_RIM = 0.9
_AROUND = [QPointF(x, y) * _RIM for x in (-1, 0, 1) for y in (-1, 0, 1)]
_POLYGONS = {
    "triangle": ((0.0, -1.15), (1.05, 0.8), (-1.05, 0.8)),
    "wedge": ((0.0, 1.15), (1.05, -0.8), (-1.05, -0.8)),
    "diamond": ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
}
