"""Three points, picked one after the other on the map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.map_view import HOVER_REACH

COUNT = 3
_RING = 11.0


class PointPicker(QWidget):
    """Lies over the canvas while it picks: a click takes a point, Return the place where we stand, Escape ends it.

    What it does not take goes to the canvas, so that the map can be panned, zoomed and steered by arrows meanwhile.
    """

    picked = Signal(object)  # float32 (3, dim)

    def __init__(self, canvas: MapCanvas, here: Callable[[], FloatArray | None]) -> None:
        super().__init__(canvas)
        self._canvas, self._here = canvas, here
        self._steering: SteeringMap | None = None
        self._codes: list[FloatArray] = []
        self._places: list[tuple[float, float]] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Pick three points")
        canvas.installEventFilter(self)
        self.hide()

    @property
    def sentence(self) -> str:
        """What to do next."""
        return f"Click point {len(self._codes) + 1} of {COUNT}  (Return: here, Esc: end)"

    def begin(self, steering: SteeringMap) -> None:
        """Pick points of this map."""
        self._steering = steering
        self._codes.clear()
        self._places.clear()
        self.setGeometry(self._canvas.rect())
        self.show()
        self.raise_()
        self.setFocus()
        announce(self, self.sentence)

    def end(self) -> None:
        """Pick no more."""
        if not self.isHidden():
            self.hide()
            self._canvas.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        # Without this the window's own Esc would win.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._steering is not None:
            self._take_place(self._steering, event.position())
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two points

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take_here()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent, base = palette.color(QPalette.ColorRole.Accent), palette.color(QPalette.ColorRole.Base)
        for number, (x, y) in enumerate(self._places, 1):
            centre = self._canvas.view_transform.to_screen(x, y)
            painter.setPen(QPen(accent, 2))
            painter.setBrush(base)
            painter.drawEllipse(centre, _RING, _RING)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            _draw_centred(painter, centre, str(number))
        text = self.sentence
        width, height = painter.fontMetrics().horizontalAdvance(text) + 24, painter.fontMetrics().height() + 10
        centre = QPointF(self.width() / 2, self.height() - height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        left, top = centre.x() - width / 2, centre.y() - height / 2
        painter.drawRoundedRect(round(left), round(top), width, height, height / 2, height / 2)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        _draw_centred(painter, centre, text)
        painter.end()

    def _take_place(self, steering: SteeringMap, at: QPointF) -> None:
        points = self._canvas.points
        index = -1 if points is None else points.nearest(self._canvas.view_transform, at, HOVER_REACH)
        if index >= 0:
            x, y = map(float, steering.map.xy[index])
            self._take(np.asarray(steering.map.latents[index]), x, y)
        else:
            x, y = self._canvas.view_transform.to_map(at)
            self._take(steering.way_back(x, y).code, x, y)

    def _take_here(self) -> None:
        code = self._here()
        if code is not None and self._steering is not None:
            place = self._steering.locator(code)
            self._take(code, place.x, place.y)

    def _take(self, code: FloatArray, x: float, y: float) -> None:
        self._codes.append(code)
        self._places.append((x, y))
        self.update()
        if len(self._codes) < COUNT:
            announce(self, self.sentence)
            return
        self.end()
        self.picked.emit(np.stack(self._codes))


def _draw_centred(painter: QPainter, centre: QPointF, text: str) -> None:
    box = painter.fontMetrics().boundingRect(text)
    painter.drawText(centre - QPointF(box.center()), text)
