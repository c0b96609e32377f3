"""The table of pictures: a row for each number of images seen, a column for each run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPalette, QPen

from dinoexplorer.runs.comparing import PictureRow
from dinoexplorer.ui.texts import elided
from dinoexplorer.ui.train.amounts import count_text
from dinoexplorer.ui.train.picture_store import Wish

_AIR, _GAP = 14.0, 6.0
_NARROWEST, _WIDEST = {True: 56.0, False: 150.0}, {True: 200.0, False: 520.0}
_IN_FILE = {True: 112.0, False: 320.0}


@dataclass(frozen=True, slots=True)
class PictureFigure:
    """Pictures by images seen and value.

    Attributes
    ----------
    setting
        What the columns differ in.
    first
        Only the first picture of each sheet, instead of whole sheets.
    shape
        Height of a sheet by its width.
    picture
        Gives a picture; None for one that is still being read.
    """

    setting: str
    columns: tuple[str, ...]
    rows: tuple[PictureRow, ...]
    first: bool
    shape: float
    picture: Callable[[Wish], QImage | None]

    @property
    def title(self) -> str:
        return f"Samples by images seen and {self.setting}"

    def size(self) -> QSizeF:
        """The size in a file."""
        return self.size_for(_IN_FILE[self.first])

    def size_for(self, side: float) -> QSizeF:
        """The size with columns of that width."""
        metrics = QFontMetrics(QFont())
        left, top = _head(self, metrics)
        width = left + len(self.columns) * (side + _GAP) - _GAP + _AIR
        height = top + len(self.rows) * (side * self._shape() + _GAP) - _GAP + _AIR
        return QSizeF(max(width, metrics.horizontalAdvance(self.title) * 1.15 + 2 * _AIR), height)

    def height_for(self, width: float) -> float:
        """The height in which the figure of a width is whole."""
        return self.size_for(self._side(width, QFontMetrics(QFont()))).height()

    def least_width(self) -> float:
        """The width below which the pictures would be too small to tell anything."""
        return self.size_for(_NARROWEST[self.first]).width()

    def paint(self, painter: QPainter, area: QRectF, palette: QPalette, scale: float = 1.0) -> None:
        """Paint title, headings and pictures into ``area``, the pictures with ``scale`` pixels to a unit."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        metrics = QFontMetrics(QFont())
        (left, top), side = _head(self, metrics), self._side(area.width(), metrics)
        text, muted = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        bold = QFont()
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(text)
        painter.drawText(area.topLeft() + QPointF(_AIR, _AIR + metrics.ascent()), self.title)
        painter.setFont(QFont())
        painter.setPen(muted)
        corner = area.topLeft() + QPointF(_AIR, top - _GAP - metrics.descent())
        painter.drawText(corner, "images seen")
        height = side * self._shape()
        for column, name in enumerate(self.columns):
            x = area.left() + left + column * (side + _GAP)
            place = QRectF(x, area.top() + top - _GAP - metrics.height(), side, metrics.height())
            painter.setPen(text)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, elided(name, metrics, int(side)))
        for number, row in enumerate(self.rows):
            y = area.top() + top + number * (height + _GAP)
            painter.setPen(muted)
            place = QRectF(area.left() + _AIR, y, left - _AIR - 10, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, count_text(row.images_seen))
            for column, sheet in enumerate(row.sheets):
                cell = QRectF(area.left() + left + column * (side + _GAP), y, side, height)
                self._paint_cell(painter, cell, sheet, palette, scale)
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, cell: QRectF, sheet: tuple[int, Path] | None, palette: QPalette, scale: float
    ) -> None:
        image = self.picture(self._wish(sheet[1], cell.size(), scale)) if sheet is not None else None
        if image is None or image.isNull():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine))
            painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        size = QSizeF(image.size()).scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(cell.center())
        painter.drawImage(place, image, QRectF(image.rect()))

    def _wish(self, path: Path, size: QSizeF, scale: float) -> Wish:
        return Wish(path, round(size.width() * scale), round(size.height() * scale), first=self.first)

    def _shape(self) -> float:
        return 1.0 if self.first else self.shape

    def _side(self, width: float, metrics: QFontMetrics) -> float:
        left, _ = _head(self, metrics)
        room = (width - left - _AIR + _GAP) / max(len(self.columns), 1) - _GAP
        return float(int(min(max(room, _NARROWEST[self.first]), _WIDEST[self.first])))


def _head(figure: PictureFigure, metrics: QFontMetrics) -> tuple[float, float]:
    """Where the pictures begin."""
    names = ["images seen", *(count_text(row.images_seen) for row in figure.rows)]
    left = max(metrics.horizontalAdvance(name) for name in names)
    return _AIR + left + 14, _AIR + 2 * metrics.height() + 2 * _GAP
