"""What one metric found: its verdict, numbers, histograms, tables and sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.ui.report.figure_tile import FigureTile
from dinoexplorer.ui.report.histogram_view import HistogramView
from dinoexplorer.ui.report.sheet_view import SheetView
from dinoexplorer.ui.report.table_view import TableView
from dinoexplorer.ui.report.tile_grid import TileGrid
from dinoexplorer.ui.texts import foreign_label

if TYPE_CHECKING:
    from training.evaluation.report import Outcome


class Section(QWidget):
    """Made once for an outcome."""

    def __init__(self, title: str, outcome: Outcome, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.setAccessibleName(title)
        self.title, self.outcome = title, outcome
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        heading = foreign_label(self)
        heading.setText(title)
        heading.setProperty("role", "title")
        column.addWidget(heading)
        for remark in outcome.remarks:
            label = foreign_label(self)
            label.setText(remark)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        self.tiles: tuple[FigureTile, ...] = ()
        if outcome.figures:
            grid = TileGrid(outcome.figures, self)
            self.tiles = grid.tiles
            column.addWidget(grid)
        self.sheets = [SheetView(sheet, self) for sheet in outcome.sheets]
        self.histograms = [HistogramView(histogram, self) for histogram in outcome.histograms]
        self.tables = [TableView(table, self) for table in outcome.tables]
        for widget in (*self.histograms, *self.tables, *self.sheets):
            column.addWidget(widget)
