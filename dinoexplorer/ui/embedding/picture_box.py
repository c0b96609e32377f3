"""One small picture, as large as it fits in a square, and one that can show how it differs from another."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.figures import difference
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
            self._paint_picture(painter, place, self._picture)
        painter.end()

    def _paint_picture(self, painter: QPainter, place: QRectF, picture: ByteArray) -> None:
        pixmap = pixmap_of(picture)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))


class ComparingBox(PictureBox):
    """Shows a picture, or where it is brighter and darker than another one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._other: ByteArray | None = None
        self._plain: ByteArray | None = None
        self._words = ""
        self._differs = False

    def compare_with(self, other: ByteArray | None) -> None:
        """Which picture it is to be like."""
        self._other = other
        self._show()

    def show_picture(self, picture: ByteArray | None, text: str = "") -> None:
        self._plain, self._words = picture, text
        self._show()

    @Slot(bool)
    def show_difference(self, differs: bool) -> None:
        """Show the difference, twice enlarged, mid-grey where there is none; or the picture again."""
        self._differs = differs
        self._show()

    def _show(self) -> None:
        picture, other = self._plain, self._other
        if picture is None:
            super().show_picture(None, self._words)
        elif self._differs and other is not None and other.shape == picture.shape:
            super().show_picture(difference(other, picture), "Mid-grey where there is no difference")
        else:
            super().show_picture(picture)
