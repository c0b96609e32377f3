"""The marks of pins on the map, and the name of the one under the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform
from dinoexplorer.ui.texts import elided, foreign_label

_ROOM, _REACH = 9, 9.0  # pixels: half the picture of a mark, how near the pointer has to come
_HALF, _HALF_OF_MANY, _MANY = 5.5, 4.0, 40  # half a mark; smaller where there are many
_WIDEST = 240


class PinMarks(QObject):
    """Small diamonds in the colour of the text, so that they are taken neither for a class nor for the marker."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._places: FloatArray = np.zeros((0, 2), np.float32)
        self._names: tuple[str, ...] = ()
        self._view = ViewTransform()
        self._sprite: tuple[object, QPixmap] | None = None
        self.label = foreign_label(canvas)
        self.label.setObjectName("pin_name")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.hide()
        canvas.installEventFilter(self)

    def show_marks(self, places: FloatArray, names: tuple[str, ...]) -> None:
        """Mark ``places`` ``(n, 2)`` in map units."""
        self._places, self._names = places, names
        self.label.hide()
        self._canvas.update()

    @property
    def places(self) -> FloatArray:
        """What is marked, ``(n, 2)``."""
        return self._places

    def paint(self, painter: QPainter, view: ViewTransform, palette: QPalette, *, ratio: float) -> None:
        """Paint those that are in view."""
        self._view = view
        if not len(self._places):
            return
        sprite = self._mark(palette, ratio)
        screen = view.all_to_screen(self._places)
        seen = (screen > -_ROOM).all(1) & (screen < (view.width + _ROOM, view.height + _ROOM)).all(1)
        for x, y in (screen[seen] - _ROOM).tolist():
            painter.drawPixmap(QPointF(x, y), sprite)

    def nearest(self, at: QPointF) -> int:
        """The number of the mark under a pixel, -1 where there is none."""
        if not len(self._places):
            return -1
        apart = np.hypot(*(self._view.all_to_screen(self._places) - (at.x(), at.y())).T)
        apart[~np.isfinite(apart)] = np.inf
        index = int(apart.argmin())
        return index if apart[index] <= _REACH else -1

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            self._name(self.nearest(event.position()))
        elif event.type() in {QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}:
            self._name(-1)
        return False

    def _name(self, index: int) -> None:
        """Show the name of a mark above it, within the canvas."""
        self.label.setVisible(index >= 0)
        if index < 0:
            return
        self.label.setText(elided(self._names[index], self.label.fontMetrics(), _WIDEST))
        self.label.adjustSize()
        at = self._view.to_screen(*map(float, self._places[index]))
        room = QRect(4, 4, self._canvas.width() - 8, self._canvas.height() - 8)
        x = min(max(round(at.x()) - self.label.width() // 2, room.left()), room.right() - self.label.width())
        above = round(at.y()) - self.label.height() - _ROOM
        self.label.move(x, above if above >= room.top() else round(at.y()) + _ROOM)
        self.label.raise_()

    def _mark(self, palette: QPalette, ratio: float) -> QPixmap:
        fill, rim = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        half = _HALF if len(self._places) <= _MANY else _HALF_OF_MANY
        look = (fill.rgba(), rim.rgba(), half, ratio)
        if self._sprite is None or self._sprite[0] != look:
            pixmap = QPixmap(round(2 * _ROOM * ratio), round(2 * _ROOM * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(rim, 1.5))
            painter.setBrush(fill)
            corners = ((0, -half), (half, 0), (0, half), (-half, 0))
            painter.drawPolygon(QPolygonF([QPointF(_ROOM + x, _ROOM + y) for x, y in corners]))
            painter.end()
            self._sprite = (look, pixmap)
        return self._sprite[1]
