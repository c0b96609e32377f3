"""One original with the square that is taken of it: drag it, drag a corner, or use the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.datasets.collection import Box

_GRIP = 14.0  # pixels around a corner that take hold of it
_LEAST = 8.0  # pixels of the original that a side keeps
_STEP, _GROWTH = 0.01, 0.04
_DIMMING = 130


class CropView(QWidget):
    """Works in pixels of the upright original, of which the image may be a smaller copy."""

    cropped = Signal(object)  # Box, when a drag or a key has ended

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Crop of the original")
        self.setAccessibleDescription("Arrow keys move the square, Shift ten times as far; plus and minus resize it.")
        self.setToolTip("Drag the square or a corner. Arrow keys move it, + and - resize it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image, self._size = QImage(), QSize(1, 1)
        self._crop: QRectF | None = None
        self._text = ""
        self._held: tuple[QPointF, QRectF, QPointF | None] | None = None  # where, what was, the corner that stays

    @property
    def crop(self) -> Box | None:
        """Left, top, right and bottom in pixels of the original."""
        box = self._crop
        return None if box is None else (box.left(), box.top(), box.right(), box.bottom())

    def show_original(self, image: QImage, size: QSize, crop: Box) -> None:
        """Show an original of ``size`` pixels and what is taken of it."""
        self._image, self._size, self._text, self._held = image, size, "", None
        self.set_crop(crop)

    def set_crop(self, crop: Box) -> None:
        """Show another crop, silently."""
        left, top, right, bottom = crop
        self._crop = QRectF(QPointF(left, top), QPointF(right, bottom))
        self.update()

    def show_text(self, text: str) -> None:
        """Show a sentence in place of the picture."""
        self._image, self._crop, self._text, self._held = QImage(), None, text, None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 360)

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a pixel of the original lies in this widget."""
        room = self._room()
        return QPointF(room.left() + x * room.width() / self._size.width(),
                       room.top() + y * room.height() / self._size.height())  # fmt: skip

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        palette = self.palette()
        if self._image.isNull():
            painter.setPen(palette.color(palette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(16, 16, -16, -16), flags, self._text)
        else:
            painter.drawImage(self._room(), self._image)
            if self._crop is not None:
                self._paint_crop(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._crop is None:
            return
        at = event.position()
        for own, other in (("topLeft", "bottomRight"), ("topRight", "bottomLeft"), ("bottomLeft", "topRight"),
                           ("bottomRight", "topLeft")):  # fmt: skip
            corner = getattr(self._crop, own)()
            if (self.to_screen(corner.x(), corner.y()) - at).manhattanLength() < 2 * _GRIP:
                self._held = (at, QRectF(self._crop), getattr(self._crop, other)())
                return
        shown = QRectF(self.to_screen(self._crop.left(), self._crop.top()),
                       self.to_screen(self._crop.right(), self._crop.bottom()))  # fmt: skip
        if shown.contains(at):
            self._held = (at, QRectF(self._crop), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        start, before, still = self._held
        scale = self._size.width() / max(self._room().width(), 1)
        moved = (event.position() - start) * scale
        if still is None:
            self._crop = self._inside(before.translated(moved))
        else:
            corner = self._from_screen(event.position())
            side = max(abs(corner.x() - still.x()), abs(corner.y() - still.y()), _LEAST)
            right, down = corner.x() >= still.x(), corner.y() >= still.y()
            room_x = self._size.width() - still.x() if right else still.x()
            room_y = self._size.height() - still.y() if down else still.y()
            side = max(min(side, room_x, room_y), 1.0)
            left, top = still.x() - (0 if right else side), still.y() - (0 if down else side)
            self._crop = QRectF(left, top, side, side)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is not None and self._crop != held[1]:
            self.cropped.emit(self.crop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        sizes = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
        key, crop = Qt.Key(event.key()), self._crop
        if crop is None or (key not in ways and key not in sizes):
            super().keyPressEvent(event)
            return
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        step = max(_STEP * max(self._size.width(), self._size.height()), 1.0) * far
        if key in ways:
            x, y = ways[key]
            wanted = crop.translated(x * step, y * step)
        else:
            by = crop.width() * _GROWTH * sizes[key]
            wanted = crop.adjusted(-by / 2, -by / 2, by / 2, by / 2)
        self._crop = self._inside(wanted)
        self.update()
        if self._crop != crop:
            self.cropped.emit(self.crop)

    def _inside(self, crop: QRectF) -> QRectF:
        """Moved, and made smaller where it must be, so that it lies in the original; a square."""
        most = float(min(self._size.width(), self._size.height()))
        side = min(max(crop.width(), crop.height(), min(_LEAST, most)), most)
        left = min(max(crop.center().x() - side / 2, 0.0), self._size.width() - side)
        top = min(max(crop.center().y() - side / 2, 0.0), self._size.height() - side)
        return QRectF(left, top, side, side)

    def _room(self) -> QRectF:
        """Where the image lies."""
        size = self._size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2,
                      size.width(), size.height())  # fmt: skip

    def _from_screen(self, at: QPointF) -> QPointF:
        room = self._room()
        x = (at.x() - room.left()) * self._size.width() / max(room.width(), 1)
        y = (at.y() - room.top()) * self._size.height() / max(room.height(), 1)
        return QPointF(min(max(x, 0.0), self._size.width()), min(max(y, 0.0), self._size.height()))

    def _paint_crop(self, painter: QPainter) -> None:
        if self._crop is None:
            return
        room = self._room()
        shown = QRectF(self.to_screen(self._crop.left(), self._crop.top()),
                       self.to_screen(self._crop.right(), self._crop.bottom()))  # fmt: skip
        dimmed = QColor(0, 0, 0, _DIMMING)
        inner = shown.intersected(room)
        for part in (
            QRectF(room.left(), room.top(), room.width(), inner.top() - room.top()),
            QRectF(room.left(), inner.bottom(), room.width(), room.bottom() - inner.bottom()),
            QRectF(room.left(), inner.top(), inner.left() - room.left(), inner.height()),
            QRectF(inner.right(), inner.top(), room.right() - inner.right(), inner.height()),
        ):
            painter.fillRect(part, dimmed)
        accent = self.palette().color(self.palette().ColorRole.Accent)
        painter.setPen(QPen(accent, 3 if self.hasFocus() else 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(shown)
        painter.setBrush(accent)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
        for corner in (shown.topLeft(), shown.topRight(), shown.bottomLeft(), shown.bottomRight()):
            painter.drawRect(QRectF(corner.x() - 4, corner.y() - 4, 8, 8))
