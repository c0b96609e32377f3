"""A thin bar that shows what share of something is taken."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.colours import DARK, LIGHT, is_dark

TIGHT = 0.9
"""From this share on it is worth a warning."""


class ShareBar(QWidget):
    """Four pixels high; in the colour of a warning where nearly all or more than there is would be taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(4)
        self._share = 0.0

    @property
    def share(self) -> float:
        return self._share

    def set_share(self, share: float) -> None:
        """Show a share, 0 to 1; more is shown as all."""
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        colour = palette.color(QPalette.ColorRole.Accent)
        if self._share >= TIGHT:
            colour = QColor((DARK if is_dark(palette) else LIGHT).warning)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        painter.setBrush(colour)
        width = self.width() * min(max(self._share, 0.0), 1.0)
        if self._share > 0:
            painter.drawRoundedRect(QRectF(0, 0, max(width, 4.0), self.height()), 2, 2)
        painter.end()
