"""The outline that is being drawn around points, and the points that were chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.map_selection import Combination
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, inside

_LEAST_STEP = 3.0  # pixels
_LEAST_SIZE = 5.0
_MOST_MARKS = 3000
_RADIUS = 3.5


class Lasso:
    """A free outline, or a rectangle from corner to corner, in pixels, and what becomes of the points within."""

    def __init__(self, start: QPointF, *, rectangle: bool, how: Combination = "new") -> None:
        self._rectangle = rectangle
        self.how = how
        self._points = [start]

    def move(self, at: QPointF) -> None:
        """Go on to here."""
        if self._rectangle:
            self._points = [self._points[0], at]
        elif (at - self._points[-1]).manhattanLength() >= _LEAST_STEP:
            self._points.append(at)

    def polygon(self) -> QPolygonF:
        if self._rectangle:
            return QPolygonF(QRectF(self._points[0], self._points[-1]).normalized())
        return QPolygonF(self._points)

    def outline(self, view: ViewTransform) -> NDArray[np.float64]:
        """The outline in map units ``(m, 2)``; empty where the pointer hardly moved."""
        polygon = self.polygon()
        if max(polygon.boundingRect().size().toTuple()) < _LEAST_SIZE:
            return np.zeros((0, 2))
        return np.array([view.to_map(polygon.at(number)) for number in range(polygon.size())])

    def paint(self, painter: QPainter, palette: QPalette) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(palette.color(QPalette.ColorRole.Accent))
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
        accent.setAlpha(40)
        painter.setBrush(accent)
        painter.drawPolygon(self.polygon())


def paint_selection(
    painter: QPainter, view: ViewTransform, scene: MapScene, places: NDArray[np.intp], palette: QPalette
) -> None:
    """A ring around each chosen point; of very many, around some that are spread evenly."""
    # Two steps: a step through all of them, so that no frame looks at a million, then what is in view.
    places = places[:: max(len(places) // (20 * _MOST_MARKS), 1)]
    screen = view.all_to_screen(scene.index.xy.take(places, axis=0))
    screen = screen.compress(inside(screen, view.width, view.height, _RADIUS), axis=0)
    screen = screen[:: max(-(-len(screen) // _MOST_MARKS), 1)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=len(screen) <= _MOST_MARKS // 10)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(palette.color(QPalette.ColorRole.Text), 1.5 if len(screen) <= _MOST_MARKS // 10 else 3.0)
    painter.setPen(pen)
    points = [QPointF(x, y) for x, y in screen.tolist()]
    if len(points) > _MOST_MARKS // 10:
        painter.drawPoints(points)
        return
    for point in points:
        painter.drawEllipse(point, _RADIUS + 2, _RADIUS + 2)
