"""A colour that can be chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from dinoexplorer.latent.shaping.colours import Colour

_SIDE = 24


class Swatch(QAbstractButton):
    """A disc of one colour; the chosen one has a ring around it and a dot in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour: Colour = (0, 0, 0)
        self.setCheckable(True)
        self.setFixedSize(_SIDE, _SIDE)

    def show_colour(self, colour: Colour) -> None:
        """Be of this colour."""
        self.colour = colour
        name = QColor(*colour).name()
        self.setAccessibleName(f"Colour {name}")
        self.setToolTip(f"Paint with {name}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, colour = QRectF(self.rect()), QColor(*self.colour)
        if not self.isEnabled():
            colour.setAlpha(90)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(colour)
        painter.drawEllipse(room.adjusted(4, 4, -4, -4))
        painter.setBrush(QColor(0, 0, 0, 0))
        if self.isChecked():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.75))
            painter.drawEllipse(room.adjusted(1.5, 1.5, -1.5, -1.5))
            painter.setPen(QPen(QColor("black" if colour.lightness() > 128 else "white"), 4))
            painter.drawPoint(room.center())
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), 5, 5)
        painter.end()
