"""A table of a report, to be read and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from dinoexplorer.reports.wording import cell_of

if TYPE_CHECKING:
    from training.evaluation.report import Table

_MOST_ROWS = 12


class TableView(QTableWidget):
    """As high as its rows; of many some are seen at a time. A press on a heading sorts."""

    def __init__(self, table: Table, parent: QWidget) -> None:
        super().__init__(len(table.rows), len(table.columns), parent)
        self.setAccessibleName(table.title)
        self.setHorizontalHeaderLabels(table.columns)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        for row, values in enumerate(table.rows):
            for column, value in enumerate(values):
                self.setItem(row, column, _Cell(value))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)  # names
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # or it would sort at once
        self.setSortingEnabled(True)
        rows = min(self.rowCount(), _MOST_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * self.rowHeight(0) + 4)


class _Cell(QTableWidgetItem):
    """Sorts numbers as numbers."""

    def __init__(self, value: str | float) -> None:
        super().__init__(cell_of(value))
        self._value = value
        self.setToolTip(self.text())

    def __lt__(self, other: QTableWidgetItem) -> bool:
        theirs = other._value if isinstance(other, _Cell) else other.text()
        if isinstance(self._value, float | int) and isinstance(theirs, float | int):
            return self._value < theirs
        return str(self._value) < str(theirs)
