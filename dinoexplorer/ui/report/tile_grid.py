"""The numbers of a section side by side: as many in a row as fit, all alike, and together as wide as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.ui.report.figure_tile import FigureTile

if TYPE_CHECKING:
    from training.evaluation.report import Figure

_NARROWEST, _WIDEST, _GAP = 232, 360, 8


class TileGrid(QWidget):
    """As high as its width needs."""

    def __init__(self, figures: Sequence[Figure], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.tiles = tuple(FigureTile(figure, self) for figure in figures)
        self._heights: dict[int, int] = {}  # by the width of a tile
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        columns, side = self._columns(width)
        rows = -(-len(self.tiles) // columns)
        return rows * (self._height(side) + _GAP) - _GAP

    def sizeHint(self) -> QSize:
        width = 3 * (_NARROWEST + _GAP) - _GAP
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns, side = self._columns(self.width())
        height = self._height(side)
        for index, tile in enumerate(self.tiles):
            row, column = divmod(index, columns)
            tile.setGeometry(QRect(column * (side + _GAP), row * (height + _GAP), side, height))

    def _columns(self, width: int) -> tuple[int, int]:
        """How many in a row, and how wide each."""
        columns = max(min((width + _GAP) // (_NARROWEST + _GAP), len(self.tiles)), 1)
        return columns, min((width + _GAP) // columns - _GAP, _WIDEST)

    def _height(self, side: int) -> int:
        if side not in self._heights:
            self._heights[side] = max(tile.least_height(side) for tile in self.tiles)
        return self._heights[side]
