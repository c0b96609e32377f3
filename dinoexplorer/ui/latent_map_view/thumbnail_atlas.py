"""The nearest view: the images themselves, each in a frame of its colour."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.ui.latent_map_view.sprites import Sheet

MOST = 400  # thumbnails in view
SIDES = (48, 32, 24)  # device-independent pixels
_COLUMNS = 24
_AT_ONCE = 40  # thumbnails prepared for one frame; about a millisecond
_COVERED = 0.35  # of the view, at most
_APART = 0.6  # of the thumbnails with a place of their own, at least
_LARGEST_STRETCH = 3.0


class ThumbnailAtlas:
    """One picture with the thumbnails that were seen lately, scaled and framed, so that drawing them is a copy."""

    def __init__(self, thumbnails: ByteArray) -> None:
        self._thumbnails = thumbnails
        self._slots: dict[int, int] = {}
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] = ()
        self._tile = 1

    @property
    def sheet(self) -> Sheet:
        """The thumbnails that are ready, to be drawn by their slots."""
        return Sheet(self._pixmap, self._tile, _COLUMNS)

    def fitting_side(self, screen: FloatArray, area: float) -> int:
        """How large thumbnails at these places may be, in device-independent pixels; 0 where there is no room."""
        count = len(screen)
        if not 0 < count <= MOST or len(self._thumbnails) == 0:
            return 0
        for side in SIDES:
            if side > _LARGEST_STRETCH * self._thumbnails.shape[1] or count * side * side > _COVERED * area:
                continue
            cells = np.floor(screen / side).astype(np.int64)
            if len(np.unique(cells[:, 0] * 100_003 + cells[:, 1])) >= _APART * count:
                return side
        return 0

    def slots(self, indices: list[int], colours: list[QColor], side: int, key: tuple[object, ...]) -> list[int]:
        """Tile of each image, -1 where it is not ready; some more get ready with each call.

        Parameters
        ----------
        indices : list of int
            Of the thumbnails.
        colours : list of QColor
            Of their frames.
        side : int
            In device pixels.
        key : tuple
            What the colours depend on besides the image.
        """
        if (side, *key) != self._key or len(self._slots) + len(indices) > _COLUMNS * _COLUMNS:
            self._begin(side, key)
        missing = [place for place, index in enumerate(indices) if index not in self._slots]
        if missing:
            painter = QPainter(self._pixmap)
            for place in missing[:_AT_ONCE]:
                self._add(painter, indices[place], colours[place], side)
            painter.end()
        return [self._slots.get(index, -1) for index in indices]

    def _begin(self, side: int, key: tuple[object, ...]) -> None:
        self._key = (side, *key)
        self._slots.clear()
        self._tile = side + 2 * _frame(side)
        if self._pixmap.width() != self._tile * _COLUMNS:
            self._pixmap = QPixmap(self._tile * _COLUMNS, self._tile * _COLUMNS)

    def _add(self, painter: QPainter, index: int, colour: QColor, side: int) -> None:
        slot = self._slots[index] = len(self._slots)
        row, column = divmod(slot, _COLUMNS)
        corner, frame = (column * self._tile, row * self._tile), _frame(side)
        painter.fillRect(QRect(*corner, self._tile, self._tile), colour)
        pixels = np.ascontiguousarray(self._thumbnails[index])
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        if (width, height) != (side, side):
            image = image.scaled(
                side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        painter.drawImage(corner[0] + frame, corner[1] + frame, image)


def _frame(side: int) -> int:
    return max(math.ceil(side / 20), 2)
