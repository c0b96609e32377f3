"""The ground of the map with its grid and points, painted once and blitted until the view has moved too far."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import cast

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap, QPolygonF

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.marker import paint_grid
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform

_BORDER = 96  # pixels kept around the view, so that a pan is a blit
SHAPES = ("disc", "square", "triangle", "diamond", "ring", "wedge", "plus", "cross")


class PointsLayer:
    """Draws ground, grid and points of one map: a colour and a shape for each class, hidden classes left out."""

    def __init__(self, latent_map: LatentMap) -> None:
        self.map = latent_map
        self._shown = np.ones(len(latent_map), dtype=bool)
        self._pixmap: QPixmap | None = None
        self._view = ViewTransform()
        self._key: tuple[object, ...] = ()

    def hide_classes(self, hidden: frozenset[int]) -> None:
        """Leave out the points of these classes."""
        self._shown = ~np.isin(self.map.labels, list(hidden))
        self._pixmap = None

    def paint(self, painter: QPainter, view: ViewTransform, palette: QPalette, *, ratio: float) -> None:
        """Paint what ``view`` shows; ``ratio`` is the device pixel ratio."""
        offset = self._offset(view)
        key = (view.scale, view.width, view.height, palette.cacheKey(), ratio)
        if self._pixmap is None or key != self._key or max(abs(offset.x()), abs(offset.y())) > _BORDER:
            self._key, self._view = key, view
            self._pixmap = self._rendered(view, palette, ratio)
            offset = QPointF()
        painter.drawPixmap(offset - QPointF(_BORDER, _BORDER), self._pixmap)

    def nearest(self, view: ViewTransform, at: QPointF, reach: float) -> int:
        """Index of the shown point nearest to ``at`` within ``reach`` pixels, else -1."""
        if not self._shown.any():
            return -1
        x, y = view.to_map(at)
        squared = ((self.map.xy - np.array([x, y], np.float32)) ** 2).sum(axis=1)
        squared[~self._shown] = np.inf
        index = int(squared.argmin())
        return index if squared[index] <= (reach / view.scale) ** 2 else -1

    def radius(self, view: ViewTransform) -> float:
        """Radius of a point: smaller where there are many, growing slowly with the zoom."""
        shown = max(int(self._shown.sum()), 1)
        area = view.width * view.height / shown
        return float(np.clip(0.22 * np.sqrt(area), 1.6, 4.5))

    def _offset(self, view: ViewTransform) -> QPointF:
        return QPointF((self._view.x - view.x) * view.scale, (view.y - self._view.y) * view.scale)

    def _rendered(self, view: ViewTransform, palette: QPalette, ratio: float) -> QPixmap:
        wide = view.resized(view.width + 2 * _BORDER, view.height + 2 * _BORDER)
        pixmap = QPixmap(max(round(wide.width * ratio), 1), max(round(wide.height * ratio), 1))
        pixmap.fill(palette.color(QPalette.ColorRole.Base))
        painter = QPainter(pixmap)
        painter.scale(ratio, ratio)
        paint_grid(painter, wide, palette)
        painter.resetTransform()
        self._paint_points(painter, wide, self.radius(view) * ratio, dark=is_dark(palette), ratio=ratio)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _paint_points(self, painter: QPainter, view: ViewTransform, radius: float, *, dark: bool, ratio: float) -> None:
        screen = view.all_to_screen(self.map.xy)
        inside = self._shown & (screen > -8).all(axis=1)
        inside &= (screen[:, 0] < view.width + 8) & (screen[:, 1] < view.height + 8)
        chosen = np.flatnonzero(inside)
        if len(chosen) == 0:
            return
        sprites, side, columns = _sprites(len(self.map.classes), radius, dark=dark)
        tiles = self.map.labels[chosen].clip(-1, len(self.map.classes) - 1) + 1
        fragments = np.zeros((len(chosen), 10))
        fragments[:, 0:2] = screen[chosen] * ratio
        fragments[:, 2] = tiles % columns * side
        fragments[:, 3] = tiles // columns * side
        fragments[:, 4:6] = side
        fragments[:, 6:8] = 1.0
        fragments[:, 9] = 1.0
        # PixmapFragment is ten doubles; one call for all points is fifty times faster than one for each.
        first = shiboken6.Shiboken.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
        painter.drawPixmapFragments(cast("QPainter.PixmapFragment", first), len(chosen), sprites)


@lru_cache(maxsize=8)
def _sprites(classes: int, radius: float, *, dark: bool) -> tuple[QPixmap, int, int]:
    """One tile for "no class" and one for each class, its side, and how many lie in a row.

    The tiles make about a square, since Qt paints nothing beyond 32,767 pixels either way.
    """
    side = math.ceil(radius) * 2 + 4
    columns = math.isqrt(classes) + 1
    pixmap = QPixmap(side * columns, side * -(-(classes + 1) // columns))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index in range(-1, classes):
        row, column = divmod(index + 1, columns)
        centre = QPointF((column + 0.5) * side, (row + 0.5) * side)
        draw_shape(painter, index, centre, radius, class_colour(index, dark=dark), alpha=205)
    painter.end()
    return pixmap, side, columns


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


_POLYGONS = {
    "triangle": ((0.0, -1.15), (1.05, 0.8), (-1.05, 0.8)),
    "wedge": ((0.0, 1.15), (1.05, -0.8), (-1.05, -0.8)),
    "diamond": ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
}
