"""A sample sheet as large as it fits; the cell under the pointer is outlined, a chosen one is shown alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

COLUMNS, GAP, SAMPLE_ROWS = 8, 2, 4  # as training writes sheets


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the pictures lie on a sheet: ``side`` pixels each, in `COLUMNS` columns."""

    side: int
    rows: int

    @classmethod
    def of(cls, size: QSize) -> Cells | None:
        """The cells of a sheet of that size; None when it is not one of ours."""
        side, rest = divmod(size.width() - GAP, COLUMNS)
        if rest or side <= GAP or (size.height() - GAP) % side or size.height() <= GAP:
            return None
        return cls(side - GAP, (size.height() - GAP) // side)

    @property
    def count(self) -> int:
        return self.rows * COLUMNS

    def rect(self, index: int) -> QRect:
        """The pixels of a cell."""
        row, column = divmod(index, COLUMNS)
        step = self.side + GAP
        return QRect(GAP + column * step, GAP + row * step, self.side, self.side)

    def at(self, x: float, y: float) -> int:
        """The cell at a place of the sheet, -1 for none."""
        column, row = int((x - GAP / 2) // (self.side + GAP)), int((y - GAP / 2) // (self.side + GAP))
        return row * COLUMNS + column if 0 <= column < COLUMNS and 0 <= row < self.rows else -1

    def name(self, index: int) -> str:
        """What a cell shows."""
        row, column = divmod(index, COLUMNS)
        if row < SAMPLE_ROWS:
            return f"Sample {index + 1}"
        number = (row - SAMPLE_ROWS) // 2 * COLUMNS + column + 1
        return f"Original {number}" if (row - SAMPLE_ROWS) % 2 == 0 else f"Reconstruction of original {number}"


class SheetCanvas(QWidget):
    """Click a cell, or Return on the outlined one, to see it alone; again, or Escape, for the whole sheet."""

    cell_changed = Signal(int)  # -1 for the whole sheet
    moved = Signal(int)  # steps through time, from the keyboard

    def __init__(self, parent: QWidget | None = None, *, names: Callable[[Cells, int], str] = Cells.name) -> None:
        """``names`` says what a cell shows."""
        super().__init__(parent)
        self._names = names
        self.setAccessibleName("Samples")
        self.setAccessibleDescription(
            "Left and right go through time, up and down choose a picture, Return shows it alone, Escape all of them."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image, self._text = QImage(), ""
        self._cells: Cells | None = None
        self._cell = self._outlined = -1
        self._scaled: tuple[tuple[object, ...], QPixmap] | None = None

    @property
    def cells(self) -> Cells | None:
        return self._cells

    @property
    def cell(self) -> int:
        """The cell that is shown alone, -1 for the whole sheet."""
        return self._cell

    @property
    def image(self) -> QImage:
        """The sheet that is shown."""
        return self._image

    @property
    def text(self) -> str:
        """The sentence that stands where there is no picture."""
        return self._text

    def show_image(self, image: QImage) -> None:
        """Show a sheet; a chosen cell stays chosen."""
        self._image, self._text = image, ""
        self._cells = Cells.of(image.size())
        if self._cells is None or self._cell >= self._cells.count:
            self.choose(-1)
        self.update()

    def show_text(self, text: str) -> None:
        """Say why there is no picture."""
        self._image, self._cells, self._text = QImage(), None, text
        self.update()

    def choose(self, cell: int) -> None:
        """Show one cell alone, or all of them for -1."""
        if cell != self._cell:
            self._cell = cell
            self._name_cell()
            self.cell_changed.emit(cell)
            self.update()

    def step(self, cells: int) -> None:
        """Outline another cell, so many on from the present one; where one is shown alone, show that."""
        if self._cells is None:
            return
        chosen = self._cell if self._cell >= 0 else self._outlined
        following = (chosen + cells) % self._cells.count
        self._outline(following)
        if self._cell >= 0:
            self.choose(following)

    def area(self) -> QRectF:
        """Where the picture lies on the widget."""
        size = self._source().size()
        if size.isEmpty():
            return QRectF()
        ratio = self.devicePixelRatioF()
        scale = min(self.width() / size.width(), self.height() / size.height()) * ratio
        if scale >= 2:
            scale = int(scale)  # whole pixels stay crisp
        width, height = size.width() * scale / ratio, size.height() * scale / ratio
        left, top = round((self.width() - width) / 2), round((self.height() - height) / 2)
        return QRectF(left, top, width, height)

    def sizeHint(self) -> QSize:
        return QSize(360, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        if self._image.isNull():
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self._text)
        else:
            area = self.area()
            painter.drawPixmap(area.topLeft(), self._pixmap(area))
            if self._cells is not None and self._cell < 0 <= self._outlined < self._cells.count:
                self._paint_outline(painter, area, self._cells)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._outline(self._cell_at(event.position()) if self._cell < 0 else self._outlined)

    def leaveEvent(self, _event: object) -> None:
        self._outline(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(-1 if self._cell >= 0 else self._cell_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.moved.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and self._cells is not None:
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._outlined >= 0:
            self.choose(-1 if self._cell >= 0 else self._outlined)
        elif key == Qt.Key.Key_Escape and self._cell >= 0:
            self.choose(-1)
        else:
            event.ignore()

    def _source(self) -> QRect:
        if self._cells is not None and self._cell >= 0:
            return self._cells.rect(self._cell)
        return self._image.rect()

    def _pixmap(self, area: QRectF) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = QSize(max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
        key = (self._image.cacheKey(), self._cell, size, ratio)
        if self._scaled is None or self._scaled[0] != key:
            part = self._image.copy(self._source())
            mode = Qt.TransformationMode.SmoothTransformation
            if size.width() >= 2 * part.width():
                mode = Qt.TransformationMode.FastTransformation
            pixmap = QPixmap.fromImage(part.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
            pixmap.setDevicePixelRatio(ratio)
            self._scaled = (key, pixmap)
        return self._scaled[1]

    def _paint_outline(self, painter: QPainter, area: QRectF, cells: Cells) -> None:
        scale = area.width() / self._image.width()
        cell = QRectF(cells.rect(self._outlined))
        box = QRectF(cell.topLeft() * scale + area.topLeft(), cell.size() * scale)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
        painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _cell_at(self, position: QPointF) -> int:
        area = self.area()
        if self._cells is None or not area.contains(position):
            return -1
        scale = self._image.width() / area.width()
        place = (position - area.topLeft()) * scale
        return self._cells.at(place.x(), place.y())

    def _outline(self, cell: int) -> None:
        if cell != self._outlined:
            self._outlined = cell
            self._name_cell()
            self.update()

    def _name_cell(self) -> None:
        chosen = self._cell if self._cell >= 0 else self._outlined
        self.setToolTip(self._names(self._cells, chosen) if self._cells is not None and chosen >= 0 else "")
