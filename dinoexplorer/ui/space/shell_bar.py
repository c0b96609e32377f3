"""How long the present code is, beside how long codes usually are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.shell import Shell

_INSET = 7.0


class ShellBar(QWidget):
    """A line from the middle outwards, broad where 95 of 100 codes lie; a mark stands where we are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(24)
        self.setMinimumWidth(80)
        self.setAccessibleName("Distance from the middle")
        self._low, self._high, self._length = 0.0, 1.0, 0.0

    def show_length(self, shell: Shell, length: float) -> None:
        """Show a length among those of a space."""
        self._low, self._high = shell.typical_range
        self._length = length
        self.setAccessibleDescription(f"{length:.2f}; usual are {self._low:.2f} to {self._high:.2f}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(_INSET, middle - 1.5, self.width() - 2 * _INSET, 3), 1.5, 1.5)
        accent = palette.color(QPalette.ColorRole.Accent)
        accent.setAlphaF(0.45)
        painter.setBrush(accent)
        low, high = self.place(self._low), self.place(self._high)
        painter.drawRoundedRect(QRectF(low, middle - 5, max(high - low, 4.0), 10), 3, 3)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2.5))
        here = self.place(self._length)
        painter.drawLine(QPointF(here, middle - 9), QPointF(here, middle + 9))
        painter.end()

    def place(self, length: float) -> float:
        """Where a length stands on the line, in pixels."""
        reach = max(1.6 * self._high, 1.05 * self._length, 1e-6)
        return _INSET + length / reach * (self.width() - 2 * _INSET)
