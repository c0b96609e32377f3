"""A picture with a map of heat over it, as strongly as wanted."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.code_tile import pixmap_of


class HeatView(QWidget):
    """Shows a picture ``(h, w, 3)`` and the same with its heat, one faded into the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: ByteArray | None = None
        self._heated: ByteArray | None = None
        self._opacity = 1.0
        self._text = ""
        self.setAccessibleName("Where the picture is strange")
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: ByteArray | None, heated: ByteArray | None, text: str = "") -> None:
        """Show a picture; ``text`` where there is none."""
        self._picture, self._heated, self._text = picture, heated, text
        self.setAccessibleDescription(text)
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How strongly the heat is shown, 0 to 1."""
        self._opacity = opacity
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = float(min(self.width(), self.height()))
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        path = QPainterPath()
        path.addRoundedRect(place, 4, 4)
        if self._picture is None or self._heated is None:
            painter.fillPath(path, self.palette().color(QPalette.ColorRole.Button))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place.adjusted(16, 16, -16, -16), flags, self._text)
        else:
            painter.setClipPath(path)
            for picture, opacity in ((self._picture, 1.0), (self._heated, self._opacity)):
                pixmap = pixmap_of(picture)
                painter.setOpacity(opacity)
                painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.end()
