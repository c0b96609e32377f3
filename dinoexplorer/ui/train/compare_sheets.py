"""The sheets of several runs side by side, as they were when the runs had seen the same number of images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.runs.comparing import images_at
from dinoexplorer.runs.views import RunDetail
from dinoexplorer.ui.texts import elided, foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore, Wish
from dinoexplorer.ui.train.run_legend import draw_mark
from dinoexplorer.ui.train.slim_slider import SlimSlider

_GAP = 10
_USUAL = 0.5  # height of a sheet by its width, as long as none was read
_FAR = 0.1  # share of the images seen from which another place is named as such
_NONE_YET = "None of these runs has samples yet. They come with the first sheet of a run."


@dataclass(frozen=True, slots=True)
class Tile:
    """A sheet of a run.

    Attributes
    ----------
    path
        None for a run without samples.
    remark
        What the run had seen, and that it is another number where it is.
    """

    title: str
    path: Path | None
    remark: str


class CompareSheets(QWidget):
    """One slider for all of them."""

    def __init__(self, pictures: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = SheetGrid(pictures, self)
        self.slider = SlimSlider("Images seen", self)
        self.slider.setToolTip("How many images the runs had seen (left and right arrow)")
        self._label = foreign_label(self)
        self._label.setProperty("role", "figures")
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("100,000,000 images"))
        self._sheets: list[tuple[str, list[tuple[int, Path]]]] = []
        self._places: list[int] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self._label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.grid, 1)
        column.addLayout(row)
        self.slider.valueChanged.connect(self._show)

    @property
    def label(self) -> str:
        """What is said beside the slider."""
        return self._label.text()

    def set_details(self, details: Sequence[RunDetail]) -> None:
        """Show the sheets of these runs; the place stays, or at the end when it was there."""
        at_end = self.slider.value() == self.slider.maximum()
        present = self._places[self.slider.value()] if self._places and not at_end else None
        self._sheets = [
            (detail.row.title, [(images_at(detail, step), path) for step, path in detail.samples]) for detail in details
        ]
        self._places = sorted({images for _, sheets in self._sheets for images, _ in sheets})
        last = max(len(self._places) - 1, 0)
        place = last
        if present is not None and self._places:
            place = min(range(len(self._places)), key=lambda number: abs(self._places[number] - present))
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setPageStep(max(last // 10, 1))
        self.slider.setValue(place)
        self.slider.blockSignals(blocked)
        self.slider.setEnabled(last > 0)
        self._show()

    @Slot()
    def _show(self) -> None:
        if not self._places:
            self._label.setText("")
            self.grid.set_tiles((), _NONE_YET)
            return
        images = self._places[self.slider.value()]
        self._label.setText(f"{images:,} images")
        self.slider.setAccessibleDescription(self._label.text())
        self.grid.set_tiles(tuple(_tile(title, sheets, images) for title, sheets in self._sheets))


class SheetGrid(QWidget):
    """Tiles as large as they fit; while one is read, the one before stays."""

    def __init__(self, pictures: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sheets side by side")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._pictures = pictures
        self._tiles: tuple[Tile, ...] = ()
        self._text = ""
        self._shown: dict[int, QImage] = {}
        pictures.arrived.connect(self.update)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown, in the order of the runs."""
        return self._tiles

    @property
    def text(self) -> str:
        """The sentence that stands where there are no sheets."""
        return self._text

    def set_tiles(self, tiles: tuple[Tile, ...], text: str = "") -> None:
        """Show these, or a sentence."""
        if [tile.title for tile in tiles] != [tile.title for tile in self._tiles]:
            self._shown.clear()
        self._tiles, self._text = tiles, text
        self.setAccessibleDescription("; ".join(f"{tile.title}: {tile.remark}" for tile in tiles) or text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._tiles:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self._text)
        for slot, (tile, area) in enumerate(zip(self._tiles, self._areas(), strict=True)):
            self._paint_tile(painter, slot, tile, area)
        painter.end()

    def _paint_tile(self, painter: QPainter, slot: int, tile: Tile, area: QRectF) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        line = metrics.height() + 2
        draw_mark(painter, slot, QPointF(area.left() + 7, area.top() + line / 2), palette)
        remark = metrics.horizontalAdvance(tile.remark)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        head = QRectF(area.left() + 18, area.top(), area.width() - 18, line)
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tile.remark)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        title = elided(tile.title, metrics, int(head.width() - remark - 10))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, title)
        room = area.adjusted(0, line + 2, 0, 0)
        image = self._image(slot, tile, room.size())
        if image is not None and not image.isNull():
            size = QSizeF(image.size()) / self.devicePixelRatioF()
            if size.width() > room.width() or size.height() > room.height():  # of before the window shrank
                size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left = round(room.left() + (room.width() - size.width()) / 2)
            painter.drawImage(QRectF(left, round(room.top()), size.width(), size.height()), image, QRectF(image.rect()))

    def _image(self, slot: int, tile: Tile, room: QSizeF) -> QImage | None:
        """The sheet as it fits; else the last one, until it is there."""
        if tile.path is None:
            return None
        ratio = self.devicePixelRatioF()
        found = self._pictures.picture(Wish(tile.path, int(room.width() * ratio), int(room.height() * ratio)))
        if found is None:
            return self._shown.get(slot)
        self._shown[slot] = found
        return found

    def _areas(self) -> list[QRectF]:
        """Where the tiles lie: in as many columns as make them largest."""
        count, line = len(self._tiles), self.fontMetrics().height() + 4
        known = [self._pictures.shape_of(tile.path) for tile in self._tiles if tile.path is not None]
        shapes = [shape for shape in known if shape is not None]
        shape = sum(shapes) / len(shapes) if shapes else _USUAL
        best, columns, lines = -1.0, 1, 1
        for some in range(1, count + 1):
            rows = -(-count // some)
            width, height = self._share(self.width(), some), self._share(self.height(), rows) - line
            fitting = min(width, height / shape)
            if fitting > best:
                best, columns, lines = fitting, some, rows
        width, height = self._share(self.width(), columns), self._share(self.height(), lines)
        return [
            QRectF(number % columns * (width + _GAP), number // columns * (height + _GAP), width, height)
            for number in range(count)
        ]

    @staticmethod
    def _share(room: int, parts: int) -> float:
        return max((room - _GAP * (parts - 1)) / parts, 1.0)


def _tile(title: str, sheets: Sequence[tuple[int, Path]], images: int) -> Tile:
    if not sheets:
        return Tile(title, None, "no samples")
    seen, path = min(sheets, key=lambda sheet: abs(sheet[0] - images))
    apart = abs(seen - images) > _FAR * max(images, 1)
    return Tile(title, path, f"nearest: {seen:,}" if apart else f"at {seen:,} images")
