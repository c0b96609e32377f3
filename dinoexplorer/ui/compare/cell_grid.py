"""The picture alone, or several generators in a grid of which it is the first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from dinoexplorer.comparing.captions import Caption
from dinoexplorer.comparing.choosing import grid_shape
from dinoexplorer.ui.compare.add_tile import AddTile
from dinoexplorer.ui.compare.cell_frame import CellFrame
from dinoexplorer.ui.compare.cell_head import CellHead
from dinoexplorer.ui.compare.compare_cell import LEAST, CompareCell
from dinoexplorer.ui.dropping import dropped_path
from dinoexplorer.ui.image_view import ImageView

_ALONE, _LOW = 256, 112
_GAP = 10


class CellGrid(QWidget):
    """Arranges the cells so that their pictures are as large as they can be."""

    dropped = Signal(object)  # Path

    def __init__(self, image_view: ImageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._head = image_view, CellHead()
        self._first = CellFrame(self._head, self)
        self.add_tile = AddTile(self)
        self._cells: tuple[CompareCell, ...] = ()
        self._comparing = self._low = False
        self._shape = (0, 0)
        self._first.column.addWidget(image_view, 1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._head.hide()
        self.add_tile.hide()
        self._arrange()

    @property
    def comparing(self) -> bool:
        """Whether it is a grid."""
        return self._comparing

    @property
    def caption(self) -> Caption:
        """What the first cell is called."""
        return self._head.caption

    @property
    def shape_of_grid(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._shape

    def set_comparing(self, comparing: bool) -> None:
        """Show a grid, or the picture alone."""
        self._comparing = comparing
        self.setAcceptDrops(comparing)
        self._head.setVisible(comparing)
        self._limit()
        self._first.centre()
        self._arrange()

    def set_low(self, low: bool) -> None:
        """Whether the picture gives way to what lies below it."""
        self._low = low
        self._limit()

    def _limit(self) -> None:
        least = LEAST if self._comparing else _ALONE
        self._view.setMinimumSize(least, min(least, _LOW) if self._low else least)
        self._first.updateGeometry()

    def set_caption(self, caption: Caption) -> None:
        """Call the first cell this."""
        self._head.set_caption(caption)

    def set_cells(self, cells: Sequence[CompareCell]) -> None:
        """Show these beside the picture, in this order."""
        for gone in set(self._cells) - set(cells):
            gone.hide()
            gone.deleteLater()
        self._cells = tuple(cells)
        for place, cell in enumerate(self._cells):
            cell.head.set_place(place, len(self._cells))
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(_ALONE, _LOW if self._low else _ALONE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._comparing and self._wanted_shape() != self._shape:
            self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path: Path | None = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _shown(self) -> list[QWidget]:
        if not self._comparing:
            return [self._first]
        return [self._first, *(self._cells or (self.add_tile,))]

    def _wanted_shape(self) -> tuple[int, int]:
        return grid_shape(len(self._shown()), self.width(), self.height(), self._head.height() + _GAP)

    def _arrange(self) -> None:
        for line in range(self._shape[0]):
            self._grid.setRowStretch(line, 0)
        for line in range(self._shape[1]):
            self._grid.setColumnStretch(line, 0)
        while self._grid.takeAt(0) is not None:
            pass
        shown, self._shape = self._shown(), self._wanted_shape()
        self.add_tile.setVisible(self.add_tile in shown)
        for place, widget in enumerate(shown):
            row, column = divmod(place, self._shape[1])
            self._grid.addWidget(widget, row, column)
            self._grid.setRowStretch(row, 1)
            self._grid.setColumnStretch(column, 1)
            widget.show()
        for before, after in pairwise(shown):
            QWidget.setTabOrder(before, after)
