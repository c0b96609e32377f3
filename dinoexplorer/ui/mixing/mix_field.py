"""The field in which codes are mixed by hand: their pictures at its corners, and a handle between them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.latent.mix import Mix
from dinoexplorer.latent.mix_shapes import corners_of, place_of, weights_at
from dinoexplorer.latent.spaces import Array
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import has_codes
from dinoexplorer.ui.code_tile import paint_code
from dinoexplorer.ui.latent_panel.value_slider import step_factor

_WIDEST = 320
_HANDLE = 8.0
_STEP = 0.04  # of the radius
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MixField(QWidget):
    """A line for two codes, a triangle for three, a square for four, else a regular polygon.

    The handle is full while the picture is what the mix says, and hollow where we have gone elsewhere since.
    """

    drag_began = Signal()
    weights_given = Signal(object)  # float64 (k,)
    drag_ended = Signal()
    drag_cancelled = Signal()
    dropped = Signal(object, int)  # the QMimeData, the corner on which it fell or -1

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnailer = thumbnailer
        self._mix, self._here = Mix(), False
        self._place = np.zeros(2)  # of the handle
        self._dragging, self._over, self._missing = False, -2, False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)  # Fixed would hold the hint
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Mix")
        self.setToolTip("Drag the handle, or move it with the arrow keys; a click on a picture is all of it")
        thumbnailer.made.connect(self._on_made)

    def show_mix(self, mix: Mix, *, here: bool) -> None:
        """Show a mix, and whether we stand where it says."""
        if mix is self._mix and here == self._here:
            return
        if len(mix) != len(self._mix):
            self.end_drag()
            self._place = np.zeros(2)
        if len(mix) > 1 and not self._stands_for(mix.weights):
            self._place = place_of(mix.weights)
        self._mix, self._here = mix, here
        parts = zip(mix.named, mix.weights, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {weight:.0%}" for (name, _), weight in parts))
        self.updateGeometry()
        self.update()

    @property
    def dragging(self) -> bool:
        """Whether the handle is held."""
        return self._dragging

    def corner(self, index: int) -> QRectF:
        """Where the picture of a code stands."""
        side, radius, centre = self._side(), self._radius(), self._centre()
        x, y = centre + radius * corners_of(self._count())[index]
        return QRectF(x - side / 2, y - side / 2, side, side)

    def handle(self) -> QPointF:
        """Where the handle stands."""
        return self._point(self._place)

    def end_drag(self) -> None:
        """Let go, if the handle is held."""
        if self._dragging:
            self._dragging = False
            self.drag_ended.emit()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the shape."""
        radius = self._radius_at(width)
        return round(radius * float(np.ptp(corners_of(self._count())[:, 1])) + self._side_at(width) + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if len(self._mix) > 1:
            self._paint_ground(painter)
        self._missing = False
        for index in range(self._count()):
            self._paint_corner(painter, index)
        if len(self._mix) > 1:
            self._paint_handle(painter)
        elif not len(self._mix):
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            room = QRectF(self.rect()).adjusted(self._side() + 12, 0, -self._side() - 12, 0)
            painter.drawText(room, words, "Drop pictures here")
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        painter.end()

    def hideEvent(self, event: QHideEvent) -> None:
        self.end_drag()  # a hidden widget hears of no release
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or len(self._mix) < 2:
            event.ignore()
            return
        corner = self._corner_at(event.position())
        if corner >= 0:
            self._move_to(corners_of(len(self._mix))[corner])
            return
        self._dragging = True
        self.drag_began.emit()
        if (event.position() - self.handle()).manhattanLength() > _HANDLE:
            self._move_to(self._place_at(event.position()))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._move_to(self._place_at(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.end_drag()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if len(self._mix) > 1 and self._corner_at(event.position()) < 0:
            self._move_to(np.zeros(2))

    def event(self, event: QEvent) -> bool:
        # While the handle is held Escape is about that, otherwise it is the window's.
        escape = event.type() == QEvent.Type.ShortcutOverride
        if self._dragging and isinstance(event, QKeyEvent) and escape and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._dragging = False
            self.drag_cancelled.emit()
        elif len(self._mix) > 1 and key in _ARROWS:
            self._move_to(self._place + step_factor(event) * _STEP * np.array(_ARROWS[key]))
        elif len(self._mix) > 1 and key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._move_to(np.zeros(2))
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_codes(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._show_target(self._corner_at(event.position()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_target(-2)

    def dropEvent(self, event: QDropEvent) -> None:
        corner = self._corner_at(event.position())
        self._show_target(-2)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData(), corner if corner < len(self._mix) else -1)

    @Slot()
    def _on_made(self) -> None:
        if self._missing and self.isVisible():
            self.update()

    def _move_to(self, place: Array) -> None:
        count = len(self._mix)
        weights = weights_at(place, count)
        self._place = place_of(weights) if count != 4 else _within_square(place)
        self.weights_given.emit(weights)
        self.update()

    def _stands_for(self, weights: Array) -> bool:
        """Whether the handle stands where it was moved to for just these weights."""
        return np.allclose(weights_at(self._place, len(weights)), weights, atol=1e-6)

    def _show_target(self, corner: int) -> None:
        if corner != self._over:
            self._over = corner
            self.update()

    def _paint_ground(self, painter: QPainter) -> None:
        """The line or the area in which the handle moves."""
        palette = self.palette()
        places = [self._point(corner) for corner in corners_of(len(self._mix))]
        if len(places) == 4:
            places = [places[index] for index in (0, 1, 3, 2)]
        if len(places) == 2:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 3))
            painter.drawLine(*places)
            return
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1.5))
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawPolygon(QPolygonF(places))

    def _paint_corner(self, painter: QPainter, index: int) -> None:
        place, palette = self.corner(index), self.palette()
        if index < len(self._mix):
            self._missing |= not paint_code(painter, place, self._thumbnailer, self._mix.named[index][1], self)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index == self._over:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2.5))
        elif index >= len(self._mix):
            painter.setPen(QPen(palette.color(QPalette.ColorRole.PlaceholderText), 1.25, Qt.PenStyle.DashLine))
        else:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_handle(self, painter: QPainter) -> None:
        palette, handle = self.palette(), self.handle()
        accent = palette.color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent.lighter(130), 1))
        for index, weight in enumerate(self._mix.weights):
            painter.setOpacity(0.15 + 0.6 * float(weight))
            painter.drawLine(handle, self._point(corners_of(len(self._mix))[index]))
        painter.setOpacity(1.0)
        painter.setPen(QPen(accent, 2.5))
        painter.setBrush(accent if self._here else palette.color(QPalette.ColorRole.Base))
        painter.drawEllipse(handle, _HANDLE - 1, _HANDLE - 1)

    def _count(self) -> int:
        return max(len(self._mix), 2)

    def _side(self) -> float:
        """Of a picture."""
        return self._side_at(self.width())

    def _side_at(self, width: int) -> float:
        room = min(width, _WIDEST)
        return min(64.0, room / (4.4 if self._count() == 2 else 5.0 if self._count() <= 4 else 5.5))

    def _radius(self) -> float:
        """Of the circle on which the pictures stand."""
        return self._radius_at(self.width())

    def _radius_at(self, width: int) -> float:
        corners = corners_of(self._count())
        across = float(np.ptp(corners[:, 0]))
        return (min(width - 4, _WIDEST) - self._side_at(width) - 4) / across

    def _inner(self) -> float:
        """Of the circle on which the corners for the handle stand: clear of the pictures."""
        nearest = np.abs(corners_of(self._count())).max(axis=1).min()  # of a picture's edges, towards the middle
        return max(self._radius() - self._side() / 2 / float(nearest) - _HANDLE - 2, 16.0)

    def _centre(self) -> Array:
        corners = corners_of(self._count())
        top = self._side() / 2 + 4
        return np.array([self.width() / 2, top - self._radius() * corners[:, 1].min()])

    def _point(self, place: Array) -> QPointF:
        return QPointF(*(self._centre() + self._inner() * place))

    def _place_at(self, position: QPointF) -> Array:
        return (np.array([position.x(), position.y()]) - self._centre()) / self._inner()

    def _corner_at(self, position: QPointF) -> int:
        """The picture at a place of the widget, or -1."""
        return next((index for index in range(self._count()) if self.corner(index).contains(position)), -1)


def _within_square(place: Array) -> Array:
    half = corners_of(4)[3, 0]
    return np.clip(place, -half, half)
