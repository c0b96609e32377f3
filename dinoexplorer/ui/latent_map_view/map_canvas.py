"""The plane itself: shows the points and is dragged to steer."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyle, QWidget

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.latent_map_view.marker import Marker, paint_glow, paint_marker, paint_path
from dinoexplorer.ui.latent_map_view.points_layer import PointsLayer
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, home_view

HOVER_REACH = 9.0
NUDGE = 6.0
LEAST_HEIGHT = 200
_PATH_LIMIT = 120
_SHORTEST_STEP = 3.0  # pixels
_GLOW_TICK, _GLOW_TICKS = 80, 30
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class MapCanvas(QWidget):
    """Left drag steers, right or middle drag pans, the wheel zooms at the pointer, a double click goes home.

    Several places asked between `steer_began` and `steer_ended` are one gesture.
    """

    steer_began = Signal()
    steered = Signal(float, float)
    steer_ended = Signal()
    point_hovered = Signal(int, QPointF)  # -1 when there is none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Latent map")
        self.setAccessibleDescription("Arrow keys move the place, with Shift ten times as far, with Alt a tenth.")
        self._points: PointsLayer | None = None
        self._view = ViewTransform()
        self._home_scale = 1.0
        self._at_home = True
        self._marker: Marker | None = None
        self._path: list[tuple[float, float]] = []
        self._steering = self._ring = False
        self._pan_from: QPointF | None = None
        self._glow = QTimer(self, interval=_GLOW_TICK)
        self._glow.timeout.connect(self._on_glow_tick)
        self._glow_count = 0

    def set_map(self, latent_map: LatentMap | None) -> None:
        """Show another map, from its home view; None shows an empty ground."""
        self._end_steering()
        self._points = None if latent_map is None else PointsLayer(latent_map)
        self._marker = None
        self._path.clear()
        self.go_home()

    def set_marker(self, marker: Marker | None) -> None:
        """Say where we stand; the way there is remembered."""
        self._marker = marker
        if marker is not None and self._is_new_step(marker):
            self._path.append((marker.x, marker.y))
            del self._path[:-_PATH_LIMIT]
        self.update()

    def _is_new_step(self, marker: Marker) -> bool:
        if not self._path:
            return True
        x, y = self._path[-1]
        return math.hypot(marker.x - x, marker.y - y) * self._view.scale >= _SHORTEST_STEP

    def hide_classes(self, hidden: frozenset[int]) -> None:
        """Leave out the points of these classes."""
        if self._points is not None:
            self._points.hide_classes(hidden)
            self.update()

    def set_glowing(self, glowing: bool) -> None:
        """Glow softly, to say where to touch."""
        if glowing and not self._glow.isActive():
            self._glow.start()
        elif not glowing:
            self._glow.stop()
            self.update()

    @property
    def view_transform(self) -> ViewTransform:
        """What is seen at present."""
        return self._view

    @property
    def marker(self) -> Marker | None:
        return self._marker

    @Slot()
    def go_home(self) -> None:
        """Show the whole map."""
        if self._points is not None:
            self._view = home_view(self._points.map, self.width(), self.height())
        self._home_scale = self._view.scale
        self._at_home = True
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        if self._points is None:
            painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        else:
            self._points.paint(painter, self._view, palette, ratio=self.devicePixelRatioF())
            if self._glow.isActive():
                paint_glow(painter, self._view, self._glow_count / _GLOW_TICKS, palette)
            paint_path(painter, self._view, self._path, palette)
            if self._marker is not None:
                paint_marker(painter, self._view, self._marker, palette)
        if self.hasFocus() and self._ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        if self._at_home:
            self.go_home()
        else:
            self._view = self._view.resized(self.width(), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._points is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin_steering()
            self._steer(event.position())
        elif event.button() in {Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton}:
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._points is None:
            return
        if self._steering and event.buttons() & Qt.MouseButton.LeftButton:
            self._steer(event.position())
        elif self._pan_from is not None:
            self._view = self._view.panned(event.position() - self._pan_from)
            self._pan_from, self._at_home = event.position(), False
            self.update()
        else:
            self.point_hovered.emit(self._points.nearest(self._view, event.position(), HOVER_REACH), event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_steering()
        elif self._pan_from is not None:
            self._pan_from = None
            self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.go_home()

    def leaveEvent(self, event: QEvent) -> None:
        self.point_hovered.emit(-1, QPointF())
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if self._points is None or notches == 0:
            return
        self._view = self._view.zoomed(1.25**notches, event.position(), self._home_scale / 8, self._home_scale * 1e5)
        self._at_home = False
        self.point_hovered.emit(-1, QPointF())
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None or self._marker is None:
            super().keyPressEvent(event)
            return
        step = NUDGE / self._view.scale
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            step /= 10
        if not self._steering:
            self._begin_steering()
        self.steered.emit(self._marker.x + arrow[0] * step, self._marker.y + arrow[1] * step)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self._end_steering()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # The ring is for those who came by keyboard.
        self._ring = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_steering()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._end_steering()  # a hidden widget hears of no release
        super().hideEvent(event)

    def _begin_steering(self) -> None:
        self._steering = True
        self.point_hovered.emit(-1, QPointF())
        self.steer_began.emit()

    def _steer(self, at: QPointF) -> None:
        x, y = self._view.to_map(at)
        self.steered.emit(x, y)

    def _end_steering(self) -> None:
        if self._steering:
            self._steering = False
            self.steer_ended.emit()

    @Slot()
    def _on_glow_tick(self) -> None:
        if self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) == 0:
            return
        self._glow_count = (self._glow_count + 1) % _GLOW_TICKS
        self.update()
