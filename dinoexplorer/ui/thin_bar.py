"""A thin bar that says: something is under way."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QWidget

_TICK, _TICKS = 40, 36


class ThinBar(QWidget):
    """Indeterminate progress, three pixels high; it moves only while it is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(3)
        self.setMinimumWidth(96)
        self.setAccessibleName("Busy")
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._on_tick)
        self._count = 0

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(self.rect()), 1.5, 1.5)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent))
        length = self.width() * 0.35
        left = (self.width() + length) * self._count / _TICKS - length
        bar = QRectF(left, 0, length, self.height()).intersected(QRectF(self.rect()))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.end()

    @Slot()
    def _on_tick(self) -> None:
        self._count = (self._count + 1) % _TICKS
        self.update()
