"""A few pictures on a square."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.code_tile import pixmap_of

_GAP = 4


class PictureSheet(QWidget):
    """Two by two; plain squares where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: ByteArray | None = None
        self.setAccessibleName("Pictures of this description")
        self.setMinimumSize(120, 120)

    @property
    def pictures(self) -> ByteArray | None:
        """What is shown."""
        return self._pictures

    def show_pictures(self, pictures: ByteArray | None) -> None:
        """Show pictures ``(n, size, size, 3)``."""
        self._pictures = pictures
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = float(min(self.width(), self.height()))
        paint_sheet(painter, QRectF((self.width() - whole) / 2, 0, whole, whole), self._pictures, self.palette())
        painter.end()


def paint_sheet(painter: QPainter, place: QRectF, pictures: ByteArray | None, palette: QPalette) -> None:
    """Paint up to four pictures ``(n, size, size, 3)`` two by two, plain squares where there are none."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    side = (place.width() - _GAP) / 2
    for index in range(4):
        line, column = divmod(index, 2)
        one = QRectF(place.left() + column * (side + _GAP), place.top() + line * (side + _GAP), side, side)
        path = QPainterPath()
        path.addRoundedRect(one, 4, 4)
        if pictures is None or index >= len(pictures):
            painter.fillPath(path, palette.color(QPalette.ColorRole.Mid))
            continue
        painter.save()
        painter.setClipPath(path)
        pixmap = pixmap_of(pictures[index])
        painter.drawPixmap(one, pixmap, QRectF(pixmap.rect()))
        painter.restore()
