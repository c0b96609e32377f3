"""A prepared picture as large as it fits, its pixels as squares where it is small."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.ui.train.picture_store import PictureStore, Wish

_NOTHING = "It was left out, so there is no picture of it in the dataset."


class LargePicture(QWidget):
    """Shows a file that `PictureStore` reads."""

    def __init__(self, store: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._path: Path | None = None
        self.setAccessibleName("Prepared picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        store.arrived.connect(self.update)

    def show_file(self, path: Path | None) -> None:
        """Show a picture, None where there is none."""
        self._path = path
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        path = self._path
        image = None
        if path is not None:
            image = self._store.picture(Wish(path, round(self.width() * ratio), round(self.height() * ratio)))
        if image is not None and not image.isNull():
            size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            room = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
            painter.drawImage(room, image)
        elif path is None or image is not None:
            text = _NOTHING if path is None else f"{path.name} cannot be read; prepare the dataset again."
            painter.setPen(self.palette().color(self.palette().ColorRole.PlaceholderText))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        painter.end()
