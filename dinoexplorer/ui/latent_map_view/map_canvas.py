"""The plane itself: shows the points and is dragged to steer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTouchEvent,
)
from PySide6.QtWidgets import QStyle, QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.map_selection import Combination
from dinoexplorer.ui import motion
from dinoexplorer.ui.latent_map_view.fingers import Fingers
from dinoexplorer.ui.latent_map_view.lasso import Lasso, paint_selection
from dinoexplorer.ui.latent_map_view.map_view import STILL, MapView
from dinoexplorer.ui.latent_map_view.marker import Marker, paint_course, paint_glow, paint_marker, paint_path
from dinoexplorer.ui.latent_map_view.pin_marks import PinMarks
from dinoexplorer.ui.latent_map_view.travel import Travel, starting_places

NUDGE = 6.0
LEAST_HEIGHT = 200
_PATH_LIMIT = 120
_SHORTEST_STEP = 3.0  # pixels
_CLICK_REACH = 5.0  # pixels from a point within which a click means that point
_GLOW_TICK, _GLOW_TICKS = 80, 30
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class MapCanvas(MapView):
    """Left drag or one finger steers, right or middle drag or two fingers pan, the wheel or pinching zooms.

    A press is `pointed`: at a point of the map, or at an empty place. Once the hand moves it is `steered`. A double
    click goes home. A right click, or the menu key where we stand, asks what can be done with a point. With Shift a
    left drag draws an outline around points to choose, with Ctrl a rectangle; with Alt too they are added to those that
    are chosen, and with the right button taken from them.

    Several places asked between `steer_began` and `steer_ended` are one gesture; `steer_cancelled` says that none was
    meant.
    """

    steer_began = Signal()
    pointed = Signal(float, float, int)  # a place, and the point of the map that lies there or -1
    steered = Signal(float, float)
    steer_ended = Signal()
    steer_cancelled = Signal()
    outlined = Signal(object, str)  # a polygon in map units (m, 2), empty to choose nothing; a `Combination`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Latent map")
        self.setAccessibleDescription("Arrow keys move the place, with Shift ten times as far, with Alt a tenth.")
        self.pin_marks = PinMarks(self)
        self._marker: Marker | None = None
        self._path: list[tuple[float, float]] = []
        self._steering = self._ring = False
        self._pressed_at: QPointF | None = None  # while it may still be a click
        self._lasso: Lasso | None = None
        self._selection = np.zeros(0, np.intp)
        self._course: FloatArray = np.zeros((0, 2), np.float32)
        self._glow = QTimer(self, interval=_GLOW_TICK)
        self._glow.timeout.connect(self._on_glow_tick)
        self._glow_count = 0
        self._travel = Travel(self)
        self._travel.moved.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._fingers = Fingers(self)
        self._fingers.pressed.connect(self._press)
        self._fingers.moved.connect(self._move)
        self._fingers.lifted.connect(self._end_steering)
        self._fingers.taken_back.connect(self._take_back)
        self._fingers.spread.connect(self.pinch)

    def set_map(self, scene: MapScene | None) -> None:
        """Show another map, from its home view; None shows an empty ground.

        Where it holds the same points they move to their new places, unless they are too many.
        """
        self._end_steering()
        self._selection = self._selection[:0]
        before, view = self._points, self._view
        marker_at = None if self._marker is None else view.to_screen(self._marker.x, self._marker.y)
        self._marker = None
        self._path.clear()
        super().set_map(scene)
        self._travel.end()
        duration = motion.milliseconds(self) if self.isVisible() else 0
        if before is not None and scene is not None and duration:
            starts = starting_places(before.scene, scene, view)
            if starts is not None:
                self._travel.begin(starts, marker_at, duration)

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

    def set_selection(self, places: NDArray[np.intp]) -> None:
        """Mark these points, given by their positions in the map's index."""
        self._selection = places
        self.update()

    def set_course(self, places: FloatArray) -> None:
        """Draw the way of a film through these places ``(n, 2)``; none for no film."""
        self._course = places
        self.update()

    @property
    def course(self) -> FloatArray:
        """The way of the film that is drawn, ``(n, 2)``."""
        return self._course

    def set_glowing(self, glowing: bool) -> None:
        """Glow softly, to say where to touch."""
        if glowing and not self._glow.isActive():
            self._glow.start()
        elif not glowing:
            self._glow.stop()
            self.update()

    @property
    def marker(self) -> Marker | None:
        return self._marker

    @property
    def steering(self) -> bool:
        """Whether a hand holds the place, or an arrow key is down."""
        return self._steering

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        if self._points is None:
            painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        else:
            if self._travel.active:
                self._travel.paint(painter, self._points, self._view, palette, ratio=self.devicePixelRatioF())
            else:
                self._paint_layers(painter)
            if self._glow.isActive():
                paint_glow(painter, self._view, self._glow_count / _GLOW_TICKS, palette)
            if len(self._selection):
                paint_selection(painter, self._view, self._points.scene, self._selection, palette)
            if self._lasso is not None:
                self._lasso.paint(painter, palette)
            paint_path(painter, self._view, self._path, palette)
            if not self._travel.active:
                paint_course(painter, self._view, self._course, palette)
                self.pin_marks.paint(painter, self._view, palette, ratio=self.devicePixelRatioF())
            if self._marker is not None:
                paint_marker(painter, self._view, self._carried(self._marker), palette)
        if self.hasFocus() and self._ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._points is None:
            return
        keys = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        if keys and event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton}:
            rectangle = keys == Qt.KeyboardModifier.ControlModifier
            self._lasso = Lasso(event.position(), rectangle=rectangle, how=_combination(event))
            self.point_hovered.emit(-1, QPointF())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._points is None:
            return
        if self._lasso is not None:
            self._lasso.move(event.position())
            self.update()
        elif self._steering and event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._lasso is not None:
            lasso, self._lasso = self._lasso, None
            self.outlined.emit(lasso.outline(self._view), lasso.how)
            self.update()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._end_steering()
        else:
            super().mouseReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and self._points is not None:
            if event.type() == QEvent.Type.TouchBegin and self.childAt(event.points()[0].position().toPoint()):
                event.ignore()  # what lies over the map is touched as if by a mouse
                return False
            self._fingers.take(event)
            event.accept()
            return True
        return super().event(event)

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # Of the mouse it tells at the press on some platforms, when it may still become a drag.
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._marker is not None:
            self.ask_at(self._view.to_screen(self._marker.x, self._marker.y))

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
        self._lasso = None
        super().hideEvent(event)

    def _begin_steering(self) -> None:
        self._steering = True
        self.point_hovered.emit(-1, QPointF())
        self.steer_began.emit()

    @Slot(QPointF)
    def _press(self, at: QPointF) -> None:
        if self._points is None:
            return
        self._begin_steering()
        self._pressed_at = at
        self.pointed.emit(*self._view.to_map(at), self._points.nearest(self._view, at, _CLICK_REACH))

    @Slot(QPointF)
    def _move(self, at: QPointF) -> None:
        if self._pressed_at is not None:
            moved = at - self._pressed_at
            if math.hypot(moved.x(), moved.y()) < STILL:
                return
            self._pressed_at = None
        self.steered.emit(*self._view.to_map(at))

    @Slot()
    def _end_steering(self) -> None:
        self._pressed_at = None
        if self._steering:
            self._steering = False
            self.steer_ended.emit()

    @Slot()
    def _take_back(self) -> None:
        """A second finger: what the first has only touched is not meant; what it has steered stays."""
        if self._pressed_at is None:
            self._end_steering()
            return
        self._pressed_at, self._steering = None, False
        self.steer_cancelled.emit()

    def _carried(self, marker: Marker) -> Marker:
        if not self._travel.active:
            return marker
        x, y = self._view.to_map(self._travel.carried(self._view.to_screen(marker.x, marker.y)))
        return replace(marker, x=x, y=y)

    @Slot()
    def _on_glow_tick(self) -> None:
        if self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) == 0:
            return
        self._glow_count = (self._glow_count + 1) % _GLOW_TICKS
        self.update()


def _combination(event: QMouseEvent) -> Combination:
    """What becomes of the points in an outline that begins with this press."""
    if event.button() == Qt.MouseButton.RightButton:
        return "take"
    return "add" if event.modifiers() & Qt.KeyboardModifier.AltModifier else "new"
