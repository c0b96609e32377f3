"""A view of the plane that is panned, zoomed and hovered over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.ui.latent_map_view.atlas_layer import AtlasLayer
from dinoexplorer.ui.latent_map_view.colouring import Colouring
from dinoexplorer.ui.latent_map_view.minimap import Minimap
from dinoexplorer.ui.latent_map_view.points_layer import PointsLayer
from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform, home_view

HOVER_REACH = 9.0
STILL = 3.0  # pixels: a hand that moves less is clicking
_FARTHEST, _NEAREST = 8.0, 1e5  # times smaller and larger than the whole map
_NOTCH = 1.25  # how much nearer a notch of the wheel comes
_NOTCH_PIXELS = 50.0  # that two fingers move on a touchpad for as much


class MapView(QWidget):
    """Right or middle drag pans, the wheel zooms at the pointer, a double click goes home.

    A right click asks what can be done with the point under it.
    """

    point_hovered = Signal(int, QPointF)  # -1 when there is none
    point_asked = Signal(int, QPoint)  # a point of the map, and where on the screen what it offers is to be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # each pixel is painted, so none need be cleared
        self._points: PointsLayer | None = None
        self.atlas = AtlasLayer(self)
        self.atlas.changed.connect(self.update)
        self._shows_atlas, self._shows_points = False, True
        self._retired: list[PointsLayer] = []  # those whose thread is not done yet
        self._view = ViewTransform()
        self._home_scale = 1.0
        self._at_home = True
        self._pan_from: QPointF | None = None
        self._asked_at: QPointF | None = None  # pressed with the right button, while it may still be a click
        self._minimap = Minimap(self)
        self._minimap.moved.connect(self._on_minimap_moved)

    def set_map(self, scene: MapScene | None) -> None:
        """Show another map, from its home view; None shows an empty ground."""
        self._retire_points()
        self._points = None if scene is None else PointsLayer(scene, self)
        if self._points is not None:
            self._points.changed.connect(self._on_points_changed)
            self._points.set_over_pictures(over=self._shows_atlas)
        self._minimap.set_points(self._points)
        self.go_home()

    def set_layers(self, *, atlas: bool, points: bool) -> None:
        """Say what is shown: the atlas, the points, or the points over the atlas."""
        self._shows_atlas, self._shows_points = atlas, points
        if self._points is not None:
            self._points.set_over_pictures(over=atlas)
        self.update()

    def close_down(self) -> None:
        """Wait for what is prepared beside the window."""
        self._retire_points()
        self._minimap.set_points(None)
        for points in self._retired:
            points.close()

    def _retire_points(self) -> None:
        if self._points is not None:
            self._points.changed.disconnect(self._on_points_changed)
            self._retired.append(self._points)
            self._points = None
        for points in [points for points in self._retired if not points.working]:
            self._retired.remove(points)
            points.deleteLater()

    def hide_classes(self, hidden: frozenset[int], groups: NDArray[np.int16] | None = None) -> None:
        """Leave out the points of these classes, or of these ``groups (n,)``."""
        if self._points is not None:
            self._points.hide_classes(hidden, groups)
            self._on_points_changed()

    def set_colouring(self, colouring: Colouring) -> None:
        """Colour the points by something else."""
        if self._points is not None:
            self._points.set_colouring(colouring)
            self._on_points_changed()

    @Slot()
    def _on_points_changed(self) -> None:
        self._minimap.forget()
        self.update()

    @Slot(float, float)
    def _on_minimap_moved(self, x: float, y: float) -> None:
        self.show_view(replace(self._view, x=x, y=y))

    def _paint_layers(self, painter: QPainter) -> None:
        """What lies on the plane itself."""
        palette, ratio = self.palette(), self.devicePixelRatioF()
        if self._shows_atlas:
            self.atlas.paint(painter, self._view, palette, ratio=ratio)
        if self._points is not None and self._shows_points:
            self._points.paint(painter, self._view, palette, ratio=ratio)

    @property
    def view_transform(self) -> ViewTransform:
        """What is seen at present."""
        return self._view

    def show_view(self, view: ViewTransform) -> None:
        """Look at another part of the map."""
        self._view = view.resized(self.width(), self.height())
        self._at_home = False
        self._minimap.follow(self._view, self._home_scale)
        self.point_hovered.emit(-1, QPointF())
        self.update()

    @property
    def at_home(self) -> bool:
        """Whether the whole map is shown."""
        return self._at_home

    def look_at(self, x: float, y: float, scale: float, *, home: bool = False) -> None:
        """Show what a file says was shown; a place from which nothing of the map is seen is the whole map."""
        self.go_home()
        whole = self._view
        low, high = self._home_scale / _FARTHEST, self._home_scale * _NEAREST
        reach = _FARTHEST * max(whole.width, whole.height) / whole.scale
        if not home and max(abs(x - whole.x), abs(y - whole.y)) < reach:
            self.show_view(replace(whole, x=x, y=y, scale=min(max(scale, low), high)))

    @property
    def points(self) -> PointsLayer | None:
        """What is shown; None on an empty ground."""
        return self._points

    @Slot()
    def go_home(self) -> None:
        """Show the whole map."""
        if self._points is not None:
            self._view = home_view(self._points.scene, self.width(), self.height())
        self._home_scale = self._view.scale
        self._at_home = True
        self._minimap.follow(self._view, self._home_scale)
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        if self._at_home:
            self.go_home()
        else:
            self._view = self._view.resized(self.width(), self.height())
            self._minimap.follow(self._view, self._home_scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton}:
            self._pan_from = event.position()
            self._asked_at = event.position() if event.button() == Qt.MouseButton.RightButton else None
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._asked_at is not None and (event.position() - self._asked_at).manhattanLength() < STILL:
            return
        self._asked_at = None
        if self._pan_from is not None:
            moved, self._pan_from = event.position() - self._pan_from, event.position()
            self.show_view(self._view.panned(moved))
        elif self._points is not None and self._shows_points:
            self.point_hovered.emit(self._points.nearest(self._view, event.position(), HOVER_REACH), event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        asked_at, self._asked_at = self._asked_at, None
        if self._pan_from is not None:
            self._pan_from = None
            self.setCursor(Qt.CursorShape.CrossCursor)
        if asked_at is not None:
            self.ask_at(asked_at)

    def ask_at(self, at: QPointF) -> None:
        """Ask what can be done with the point at a pixel, where there is one."""
        index = self._points.nearest(self._view, at, HOVER_REACH) if self._points and self._shows_points else -1
        if index >= 0:
            self.point_hovered.emit(-1, QPointF())
            self.point_asked.emit(index, self.mapToGlobal(at).toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.go_home()

    def leaveEvent(self, event: QEvent) -> None:
        self.point_hovered.emit(-1, QPointF())
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Only a touchpad has phases; what X11 tells of pixels otherwise is not to be relied on, says Qt.
        exact = event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
        notches = event.pixelDelta().y() / _NOTCH_PIXELS if exact else event.angleDelta().y() / 120
        if self._points is None or notches == 0:
            return
        self.pinch(QPointF(), _NOTCH**notches, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.pinch(QPointF(), max(1 + event.value(), 0.1), event.position())
            return True
        return super().event(event)

    @Slot(QPointF, float, QPointF)
    def pinch(self, moved: QPointF, factor: float, at: QPointF) -> None:
        """Move the map by so many pixels and zoom it around the pixel ``at``."""
        if self._points is not None:
            low, high = self._home_scale / _FARTHEST, self._home_scale * _NEAREST
            self.show_view(self._view.panned(moved).zoomed(factor, at, low, high))
