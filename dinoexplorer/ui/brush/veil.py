"""How a sheet looks over its picture, at the pixels of the screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.brush.coverage import Box
from dinoexplorer.ui.brush.sheet import ColourSheet, Sheet

_TILE, _OUTLINE = 10, 1.25  # logical pixels
_GROUND, _STRIPE, _EDGE = QColor(20, 20, 20, 120), QColor(255, 255, 255, 130), QColor(255, 255, 255, 235)
_COLOUR_OPACITY = 0.9
_Mode = QPainter.CompositionMode


class Veil:
    """Keeps what it has painted; only what has changed is painted anew.

    A mask is striped with an outline, which is seen on every picture; every pixel of it is a square.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._image = QImage()
        self._ratio = 1.0

    def paint(self, painter: QPainter, place: QRectF, ratio: float) -> None:
        """Lay it over a picture at ``place`` on a screen of so many device pixels each."""
        size = (place.size() * ratio).toSize().expandedTo(QSize(1, 1))
        if size != self._image.size() or ratio != self._ratio:
            self._image, self._ratio = QImage(size, QImage.Format.Format_ARGB32_Premultiplied), ratio
            height, width = self.sheet.shape
            self.refresh(Box(0, height, 0, width))
        painter.drawImage(place, self._image)

    def refresh(self, box: Box) -> None:
        """Paint anew what shows a part of the sheet."""
        if self._image.isNull() or box.empty:
            return
        rect = self._on_screen(box)
        part = QImage(rect.size(), QImage.Format.Format_ARGB32_Premultiplied)
        part.fill(Qt.GlobalColor.transparent)
        if isinstance(self.sheet, ColourSheet):
            self._draw(part, rect, _rgba(self.sheet.pixels), _COLOUR_OPACITY)
        else:
            self._paint_mask(part, rect)
        painter = QPainter(self._image)
        painter.setCompositionMode(_Mode.CompositionMode_Source)
        painter.drawImage(rect.topLeft(), part)
        painter.end()

    def _paint_mask(self, part: QImage, rect: QRect) -> None:
        pixels = np.ascontiguousarray(self.sheet.pixels[..., 0] * np.uint8(255))
        height, width = pixels.shape
        mask = QImage(pixels.data, width, height, width, QImage.Format.Format_Alpha8)
        reach = max(_OUTLINE * self._ratio, 1.0)
        for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            self._draw(part, rect, mask, 1.0, QPointF(x * reach, y * reach))
        _fill(part, QBrush(_EDGE), rect)
        self._draw(part, rect, mask, 1.0, mode=_Mode.CompositionMode_DestinationOut)
        inside = QImage(rect.size(), QImage.Format.Format_ARGB32_Premultiplied)
        inside.fill(Qt.GlobalColor.transparent)
        self._draw(inside, rect, mask, 1.0)
        _fill(inside, QBrush(_stripes(self._ratio)), rect)
        painter = QPainter(part)
        painter.drawImage(0, 0, inside)
        painter.end()

    def _draw(
        self,
        on: QImage,
        rect: QRect,
        image: QImage,
        opacity: float,
        offset: QPointF | None = None,
        *,
        mode: QPainter.CompositionMode = _Mode.CompositionMode_SourceOver,
    ) -> None:
        """Draw what has the size of the sheet, every pixel a square, on what shows ``rect`` of it."""
        painter = QPainter(on)
        painter.setCompositionMode(mode)
        painter.setOpacity(opacity)
        painter.translate(-QPointF(rect.topLeft()) + (offset or QPointF()))
        painter.drawImage(QRectF(self._image.rect()), image)
        painter.end()

    def _on_screen(self, box: Box) -> QRect:
        """The device pixels that show a part of the sheet and its outline."""
        height, width = self.sheet.shape
        right, down = self._image.width() / width, self._image.height() / height
        shown = QRectF(box.left * right, box.top * down, (box.right - box.left) * right, (box.bottom - box.top) * down)
        margin = _OUTLINE * self._ratio + 2
        return shown.adjusted(-margin, -margin, margin, margin).toAlignedRect().intersected(self._image.rect())


def _rgba(pixels: ByteArray) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def _fill(image: QImage, brush: QBrush, rect: QRect) -> None:
    """Colour what is there; a pattern lies where it lies in the whole."""
    painter = QPainter(image)
    painter.setCompositionMode(_Mode.CompositionMode_SourceIn)
    painter.translate(-QPointF(rect.topLeft()))
    painter.fillRect(rect, brush)
    painter.end()


def _stripes(ratio: float) -> QImage:
    side = max(round(_TILE * ratio), 4)
    tile = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(_GROUND)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(_Mode.CompositionMode_Source)
    painter.setPen(QPen(_STRIPE, 1.5 * ratio))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift - 1, side + 1), QPointF(shift + side + 1, -1))
    painter.end()
    return tile
