"""A strip of example pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

_SIDE, _GAP, _LINES = 56, 6, 2


class PictureStrip(QWidget):
    """As many pictures as two lines hold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Example pictures")
        self.setMinimumWidth(_SIDE)
        self._pictures: list[QPixmap] = []
        self.hide()

    @property
    def count(self) -> int:
        """How many pictures there are to show."""
        return len(self._pictures)

    def set_pictures(self, pictures: NDArray[np.uint8]) -> None:
        """Show these, ``(n, h, w, 3)``."""
        self._pictures = []
        for picture in pictures:
            height, width, _ = picture.shape
            data = np.ascontiguousarray(picture)
            image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            self._pictures.append(QPixmap.fromImage(image))  # a copy, so the array may go
        self.setVisible(bool(self._pictures))
        self.setAccessibleDescription(f"{len(self._pictures)} of the pictures")
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        columns = self._columns(self.width())
        for index, picture in enumerate(self._pictures[: columns * _LINES]):
            line, column = divmod(index, columns)
            place = QRectF(column * (_SIDE + _GAP), line * (_SIDE + _GAP), _SIDE, _SIDE)
            path = QPainterPath()
            path.addRoundedRect(place, 4, 4)
            painter.setClipPath(path)
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
        painter.end()

    def _fit(self) -> None:
        """As high as the lines that the width makes."""
        lines = min(-(-len(self._pictures) // self._columns(self.width())), _LINES)
        self.setFixedHeight(max(lines * (_SIDE + _GAP) - _GAP, 0))

    def _columns(self, width: int) -> int:
        return max(1, (width + _GAP) // (_SIDE + _GAP))
