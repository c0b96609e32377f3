"""The curve of an easing, drawn large."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.morph.curves import easing_title, outline

_WIDTH, _HEIGHT, _MARGIN = 248, 132, 12


class CurveField(QWidget):
    """Time goes to the right, the way upwards; swings beyond both ends are drawn to scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(_WIDTH, _HEIGHT)
        self.setAccessibleName("Curve")
        self._easing = "linear"

    @property
    def easing(self) -> str:
        """What is drawn."""
        return self._easing

    def show_easing(self, easing: str) -> None:
        """Draw an easing."""
        self._easing = easing
        self.setAccessibleDescription(f"{easing_title(easing)}: {easing}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(box)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
        painter.drawPath(outline(self._easing, box))
        painter.end()
