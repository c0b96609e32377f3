"""One small picture, as large as it fits in a square."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.code_tile import pixmap_of


class PictureBox(QWidget):
    """Shows a picture ``(h, w, 3)``, or a few words on a plain square where there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: ByteArray | None = None
        self._text = ""
        self.setAccessibleName(name)
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def picture(self) -> ByteArray | None:
        """What is shown."""
        return self._picture

    def show_picture(self, picture: ByteArray | None, text: str = "") -> None:
        """Show a picture; ``text`` where there is none."""
        self._picture, self._text = picture, text
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = float(min(self.width(), self.height()))
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        path = QPainterPath()
        path.addRoundedRect(place, 4, 4)
        if self._picture is None:
            painter.fillPath(path, self.palette().color(QPalette.ColorRole.Button))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place.adjusted(16, 16, -16, -16), flags, self._text)
        else:
            painter.setClipPath(path)
            pixmap = pixmap_of(self._picture)
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.end()
