"""A picture before and after, with a divider between the two that is dragged; or where they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.ui.latent_map_view.view_transform import ViewTransform

Mode = Literal["wipe", "difference"]
_STEP, _KNOB = 0.02, 11.0
_ZOOM, _NOTCH, _LARGEST = 1.25, 120, 16.0  # by one notch of a wheel, its units, and most pixels of the screen for one
_ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class WipeView(QWidget):
    """Left of the divider lies the picture before, right of it after; arrow keys, Home and End move it.

    The wheel, + and - zoom, the right button moves what is seen, 0 shows all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._after, self._difference = QImage(), QImage(), QImage()
        self._text, self._mode, self._share = "", "wipe", 0.5
        self._held = False
        self._view: ViewTransform | None = None  # None for all of the picture
        self._grip: QPointF | None = None  # where the right button holds it
        self.setAccessibleName("Before and after")
        self.setToolTip(
            "Drag the divider, or move it with the arrow keys: before on its left, after on its right. "
            "The wheel, + and - zoom, the right button moves, 0 shows all."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def share(self) -> float:
        """Where the divider stands, from 0 at the left to 1."""
        return self._share

    @property
    def after(self) -> QImage:
        """What is shown on the right; null where there is nothing yet."""
        return self._after

    def show_text(self, text: str) -> None:
        """Show a sentence in place of pictures."""
        self._before = self._after = self._difference = QImage()
        self._text, self._view = text, None
        self.update()

    def offer(self, text: str) -> None:
        """Show a sentence where there is no picture."""
        if self._before.isNull():
            self.show_text(text)

    def show_before(self, before: QImage) -> None:
        """Show a picture of which there is no other side yet."""
        self._before, self._after, self._difference, self._text = before, QImage(), QImage(), ""
        self.update()

    def show_pair(self, before: QImage, after: QImage, difference: QImage) -> None:
        """Show both sides of a picture; one of the same size is seen as closely as that before it."""
        if before.size() != self._before.size():
            self._view = None
        self._before, self._after, self._difference, self._text = before, after, difference, ""
        self._set_share(self._share)

    def set_mode(self, mode: Mode) -> None:
        """Show both sides, or where they differ."""
        self._mode = mode
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def room(self) -> QRectF:
        """Where the picture lies: as large as it fits, or as it was zoomed."""
        size = self._before.size()
        if size.isEmpty():
            return QRectF(self.rect())
        view = self._view or self._whole()
        return QRectF(view.to_screen(0, size.height()), view.to_screen(size.width(), 0))

    def zoom(self, notches: float, at: QPointF) -> None:
        """Zoom by notches of a wheel, to what is under a place."""
        if self._before.isNull():
            return
        whole = self._whole()
        view = (self._view or whole).zoomed(_ZOOM**notches, at, whole.scale, max(_LARGEST, whole.scale))
        self._view = view if view.scale > whole.scale else None
        self.update()

    def _move(self, by: QPointF) -> None:
        """Move what is seen; the middle of the view stays on the picture."""
        if self._view is not None:
            size, view = self._before.size(), self._view.panned(by)
            x, y = min(max(view.x, 0.0), size.width()), min(max(view.y, 0.0), size.height())
            self._view = replace(view, x=x, y=y)
            self.update()

    def _whole(self) -> ViewTransform:
        """The view of all of the picture, a unit of which is one of its pixels."""
        size = self._before.size()
        scale = min(self.width() / size.width(), self.height() / size.height())
        return ViewTransform(size.width() / 2, size.height() / 2, scale, self.width(), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = self.room()
        if self._before.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Button))
            painter.drawRoundedRect(room, 6, 6)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room.adjusted(24, 24, -24, -24), flags, self._text)
        elif self._after.isNull():
            painter.drawImage(room, self._before)
        elif self._mode == "difference":
            painter.drawImage(room, self._difference)
        else:
            self._paint_sides(painter, room)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._view is not None:
            self._view = self._view.resized(self.width(), self.height())
            self.zoom(0, QPointF(self.rect().center()))  # which is never less than all

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(event.angleDelta().y() / _NOTCH, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self._grip = event.position()
        if event.button() == Qt.MouseButton.LeftButton and not self._after.isNull():
            self._held = True
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._go_to(event.position().x())
        if self._grip is not None:
            self._move(event.position() - self._grip)
            self._grip = event.position()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held, self._grip = False, None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}.get(Qt.Key(event.key()), 0.0)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        ends = {Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0}
        if step:
            self._set_share(self._share + step)
        elif event.key() in ends:
            self._set_share(ends[Qt.Key(event.key())])
        elif event.key() in _ZOOMS:
            self.zoom(_ZOOMS[Qt.Key(event.key())], QPointF(self.rect().center()))
        elif event.key() == Qt.Key.Key_0:
            self._view = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _go_to(self, x: float) -> None:
        room = self.room()
        self._set_share((x - room.left()) / max(room.width(), 1.0))

    def _set_share(self, share: float) -> None:
        self._share = min(max(share, 0.0), 1.0)
        self.setAccessibleDescription(f"{100 * self._share:.0f} % of the picture is shown before, the rest after")
        self.update()

    def _paint_sides(self, painter: QPainter, room: QRectF) -> None:
        painter.drawImage(room, self._after)
        x = room.left() + self._share * room.width()
        painter.save()
        painter.setClipRect(QRectF(room.left(), room.top(), x - room.left(), room.height()))
        painter.drawImage(room, self._before)
        painter.restore()
        room = room.intersected(QRectF(self.rect()))  # where it is zoomed the names stay in sight
        painter.setPen(QPen(QColor(0, 0, 0, 120), 4))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QPen(QColor(255, 255, 255), 2))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        centre = QPointF(x, room.center().y())
        painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(centre, _KNOB, _KNOB)
        painter.setPen(QPen(QColor(40, 40, 40), 1.5))
        for way in (-1, 1):
            tip = centre + QPointF(way * 6, 0)
            painter.drawPolyline([tip + QPointF(-way * 3, -3), tip, tip + QPointF(-way * 3, 3)])
        for text, left in (("Before", True), ("After", False)):
            self._paint_name(painter, room, text, left=left)

    def _paint_name(self, painter: QPainter, room: QRectF, text: str, *, left: bool) -> None:
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 6
        x = room.left() + 8 if left else room.right() - 8 - width
        place = QRectF(x, room.top() + 8, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawRoundedRect(place, 5, 5)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
