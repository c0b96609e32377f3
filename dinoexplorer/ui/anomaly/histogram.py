"""How many pictures are how strange, beside the usual ones, and the line from which they count as strange."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

Values = NDArray[np.float64]
_BINS, _STEP, _GRIP = 60, 0.01, 9
_EMPTY: Values = np.zeros(0)


class Histogram(QWidget):
    """Drag the line, or move it with the arrow keys; Home puts it back.

    Strangeness has a long tail, so the axis is that of the inverse hyperbolic sine: even near 0, then logarithmic.
    """

    moved = Signal(float)  # the threshold, by a person
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual, self._found = _EMPTY, _EMPTY
        self._threshold = 0.0
        self._held = False
        self.setAccessibleName("Strange from here")
        self.setToolTip("Drag the line, or move it with the arrow keys; Home puts it back.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, usual: Values, found: Values, threshold: float, words: str) -> None:
        """Show how strange usual pictures are, ascending, and those that were found; ``words`` are about the line."""
        self._usual, self._found, self._threshold = usual, found, threshold
        self.setAccessibleDescription(words)
        self.setEnabled(len(usual) > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 104)

    def place_of(self, value: float) -> float:
        """Where a value lies, in pixels from the left."""
        low, high = self._reach()
        area = self._area()
        return area.left() + (float(np.arcsinh(value)) - low) / (high - low) * area.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if len(self._usual):
            muted, accent = palette.color(QPalette.ColorRole.PlaceholderText), palette.color(QPalette.ColorRole.Accent)
            self._paint_hills(painter, self._usual, muted, 90)
            self._paint_hills(painter, self._found, accent, 70)
            self._paint_line(painter, palette)
            self._paint_legend(painter, (("usual pictures", muted), ("these pictures", accent)))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = False

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.reset_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        step = steps.get(Qt.Key(event.key()), 0) * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        if step:
            self._go_to(self.place_of(self._threshold) + step * _STEP * self._area().width())
        elif event.key() == Qt.Key.Key_Home:
            self.reset_asked.emit()
        else:
            super().keyPressEvent(event)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8, 6, -8, -self.fontMetrics().height() - 8)

    def _reach(self) -> tuple[float, float]:
        """What the axis covers, along it."""
        some = np.arcsinh(np.concatenate([self._usual, self._found]))
        if not len(some):
            return 0.0, 1.0
        low, high = float(some.min()), float(some.max())
        air = max(0.04 * (high - low), 0.05)
        return low - air, high + air

    def _go_to(self, x: float) -> None:
        if not len(self._usual):
            return
        (low, high), area = self._reach(), self._area()
        share = min(max((x - area.left()) / max(area.width(), 1.0), 0.0), 1.0)
        self.moved.emit(float(np.sinh(low + share * (high - low))))

    def _paint_hills(self, painter: QPainter, values: Values, colour: QColor, strength: int) -> None:
        """Bars of one kind of picture, the highest of which fills the height."""
        if not len(values):
            return
        area = self._area()
        counts, edges = np.histogram(np.arcsinh(values), bins=_BINS, range=self._reach())
        heights = counts / max(int(counts.max()), 1) * (area.height() - 4)
        width = area.width() / (len(edges) - 1)
        corners = [area.bottomLeft()]
        for number, height in enumerate(heights.tolist()):
            left, top = area.left() + number * width, area.bottom() - height
            corners += [QPointF(left, top), QPointF(left + width, top)]
        shape = QPolygonF([*corners, area.bottomRight()])
        ground = QColor(colour)
        ground.setAlpha(strength)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(ground)
        painter.drawPolygon(shape)

    def _paint_line(self, painter: QPainter, palette: QPalette) -> None:
        area = self._area()
        x = min(max(self.place_of(self._threshold), area.left()), area.right())
        colour = palette.color(QPalette.ColorRole.Text)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, area.top() + 4), 4, 4)
        text, metrics = "strange from here", painter.fontMetrics()
        width = metrics.horizontalAdvance(text)
        left = x + _GRIP if x + _GRIP + width <= area.right() else x - _GRIP - width
        painter.drawText(QPointF(left, area.top() + metrics.ascent()), text)

    def _paint_legend(self, painter: QPainter, entries: tuple[tuple[str, QColor], ...]) -> None:
        metrics = painter.fontMetrics()
        left, top = self._area().left(), self.height() - metrics.height() - 2
        for text, colour in entries:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, top + metrics.height() / 2 - 5, 10, 10), 2, 2)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(left + 16, top + metrics.ascent()), text)
            left += 16 + metrics.horizontalAdvance(text) + 20
