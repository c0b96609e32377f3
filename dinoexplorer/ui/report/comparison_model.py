"""Reports as rows, figures as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from dinoexplorer.reports.comparing import Column, Made, cell, columns_of
from dinoexplorer.ui.texts import as_tool_tip

_FACTS = ("Family", "Pixels", "z", "Images seen")
_ARROWS = {"lower": " ↓", "higher": " ↑"}
_ABOUT = {
    "Family": "What kind of model it is",
    "Pixels": "Side of its pictures",
    "z": "How many numbers a code has",
    "Images seen": "Pictures shown to the model until this checkpoint; the same one counts each time",
}
_Index = QModelIndex | QPersistentModelIndex
_WAYS = {"lower": " Less is better.", "higher": " More is better."}


class ComparisonModel(QAbstractTableModel):
    """Orders itself; what has no value comes last either way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made: tuple[Made, ...] = ()
        self._columns: list[Column] = []
        self._order: list[int] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    @property
    def columns(self) -> list[Column]:
        """The figures, in the order in which they stand."""
        return self._columns

    def set_reports(self, made: Sequence[Made]) -> None:
        """Show these, ordered as before where there is such a column still."""
        self.beginResetModel()
        self._made = tuple(made)
        self._columns = columns_of([one.entry for one in made])
        self._order = self._ordered()
        self.endResetModel()

    def at(self, row: int) -> Made:
        """The report in a row."""
        return self._made[self._order[row]]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._made)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_FACTS) + len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return self._model_head(self.at(section), role)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        if section < len(_FACTS):
            name = _FACTS[section]
            return name if role == Qt.ItemDataRole.DisplayRole else f"{_ABOUT[name]}. Press to order"
        column = self._columns[section - len(_FACTS)]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.name}{_ARROWS.get(column.better, '')}"
        return as_tool_tip(f"{column.meaning}{_WAYS.get(column.better, '')} Press to order")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place, made = self._order[index.row()], self.at(index.row())
        if index.column() < len(_FACTS):
            return _fact(made, index.column()) if role == Qt.ItemDataRole.DisplayRole else None
        column = self._columns[index.column() - len(_FACTS)]
        figure, best = column.figures[place], column.best == place
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{cell(figure)}  best" if best else cell(figure)
        if role == Qt.ItemDataRole.ToolTipRole and figure is not None:
            return as_tool_tip(f"n = {figure.count:,}, spread over {figure.over}")
        if role == Qt.ItemDataRole.FontRole and best:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order) if column >= 0 else None
        self._order = self._ordered()
        self.layoutChanged.emit()

    def _ordered(self) -> list[int]:
        places = list(range(len(self._made)))
        if self._sorted is None or self._sorted[0] >= self.columnCount():
            return places
        column, order = self._sorted
        known = [place for place in places if _is_known(self._value(place, column))]
        known.sort(key=lambda place: self._value(place, column), reverse=order == Qt.SortOrder.DescendingOrder)
        return known + [place for place in places if place not in set(known)]

    def _value(self, place: int, column: int) -> Any:
        entry = self._made[place].entry
        if column < len(_FACTS):
            return (entry.family, entry.size, entry.dim, entry.images_seen)[column]
        figure = self._columns[column - len(_FACTS)].figures[place]
        return None if figure is None else figure.value

    def _model_head(self, made: Made, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return made.entry.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tool_tip(f"{made.entry.checkpoint}\n{made.entry.source}")
        return None


def _fact(made: Made, column: int) -> str:
    entry = made.entry
    seen = "–" if entry.images_seen is None else f"{entry.images_seen:,}"
    return (entry.family, str(entry.size), str(entry.dim), seen)[column]


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))
