"""A picture with a map of heat over it, as strongly as wanted."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.embedding.picture_box import PictureBox


class HeatView(PictureBox):
    """Shows a picture ``(h, w, 3)`` and the same with its heat, one faded into the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Where the picture is strange", parent)
        self._heated: ByteArray | None = None
        self._opacity = 1.0

    def show_heated(self, picture: ByteArray | None, heated: ByteArray | None, text: str = "") -> None:
        """Show a picture; ``text`` where there is none."""
        self._heated = heated
        self.show_picture(picture, text)

    def set_opacity(self, opacity: float) -> None:
        """How strongly the heat is shown, 0 to 1."""
        self._opacity = opacity
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def _paint_picture(self, painter: QPainter, place: QRectF, picture: ByteArray) -> None:
        super()._paint_picture(painter, place, picture)
        if self._heated is not None:
            painter.setOpacity(self._opacity)
            super()._paint_picture(painter, place, self._heated)
