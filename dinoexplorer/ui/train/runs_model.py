"""The runs as a table that filters and orders itself; it is told everything and looks at no file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from dinoexplorer.runs.views import RunRow
from dinoexplorer.ui.texts import as_tool_tip
from dinoexplorer.ui.train.amounts import day_text, time_text
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.run_states import BUSY, best_text, course_text, state_text

COLUMNS = ("Run", "Recipe", "Data", "State", "Images seen", "Best", "Images/s", "Time left", "Started")
LIVE_FIRST = -1
"""The order of the list: what runs, then what waits, then the rest, newest first."""
ROW = Qt.ItemDataRole.UserRole
_ABOUT = {
    "Images seen": "Pictures shown to the model so far; the same one counts each time",
    "Best": "Best value of what the run judges itself by (evaluate.best), the loss on held-out pictures unless it says"
    " otherwise; compare it only between runs of one recipe. Ordered from better to worse",
    "Images/s": "Pictures trained on per second, when last measured",
}
_NUMBERS = frozenset({4, 5, 6, 7})
_SEPARATE = 40  # ranges told one by one; more are told as one
_Index = QModelIndex | QPersistentModelIndex


class RunsModel(QAbstractTableModel):
    """Rows in the order of one view. Selection and scroll position live through `set_rows`."""

    title_edited = Signal(object, str)  # folder, what its owner calls it from now on

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[RunRow, ...] = ()
        self._shown: list[RunRow] = []
        self._given: dict[Path, RunRow] = {}
        self._texts: dict[Path, tuple[RunRow, str]] = {}
        self._words: tuple[str, ...] = ()
        self._column, self._order = LIVE_FIRST, Qt.SortOrder.AscendingOrder

    @property
    def total(self) -> int:
        """How many runs there are, those that the filter hides included."""
        return len(self._rows)

    @property
    def rows(self) -> Sequence[RunRow]:
        """What is shown, in order."""
        return self._shown

    def row_at(self, index: _Index) -> RunRow:
        """The run of an index."""
        return self._shown[index.row()]

    def index_of(self, folder: Path) -> QModelIndex:
        """Where a run is shown; invalid when it is not."""
        for place, row in enumerate(self._shown):
            if row.folder == folder:
                return self.index(place, 0)
        return QModelIndex()

    def set_rows(self, rows: tuple[RunRow, ...]) -> None:
        """Show these runs."""
        known = {row.folder: row for row in self._rows}
        given, kept = {row.folder: row for row in rows}, []
        for row in given.values():
            # A title that was just edited stays until there is news of its run.
            stale = row is self._given.get(row.folder)
            kept.append(known[row.folder] if stale and row.folder in known else row)
        self._rows, self._given = tuple(kept), given
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only runs whose title, recipe, data and state hold all words of ``text``."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column, or by `LIVE_FIRST`; what is not known comes last either way."""
        self._column, self._order = column, order
        self._arrange()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == 0 else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{_ABOUT[name]}. Press to order" if (name := COLUMNS[section]) in _ABOUT else "Press to order"
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], index.column()
        value: Any = None
        if role == ROW:
            value = row
        elif role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            value = cell_text(row, column)
        elif role == Qt.ItemDataRole.TextAlignmentRole:
            value = _alignment(column)
        elif role == Qt.ItemDataRole.ToolTipRole:
            value = as_tool_tip(
                "\n".join(
                    filter(None, (row.title, course_text(row), best_text(row), started_text(row), str(row.folder)))
                )
            )
        elif role == Qt.ItemDataRole.AccessibleTextRole and column == 0:
            value = f"{row.title}, {row.recipe}, {course_text(row)}"
        return value

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() or not title:
            return False
        row = self.row_at(index)
        if title == row.title:
            return False
        renamed = replace(row, title=title)
        self._rows = tuple(renamed if other is row else other for other in self._rows)
        self._arrange()
        self.title_edited.emit(row.folder, title)
        return True

    def _arrange(self) -> None:
        """Bring what is shown in line with rows, filter and order, moving what a view holds on to."""
        before, after = self._shown, self._ordered()
        if [row.folder for row in before] == [row.folder for row in after]:
            self._shown = after
            self._tell_changes(before, after)
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        self._shown = after
        places = {row.folder: place for place, row in enumerate(after)} if held else {}
        moved = [places.get(before[index.row()].folder, -1) for index in held]
        new = [
            self.createIndex(place, index.column()) if place >= 0 else QModelIndex()
            for place, index in zip(moved, held, strict=True)
        ]
        self.changePersistentIndexList(held, new)
        self.layoutChanged.emit()

    def _tell_changes(self, before: Sequence[RunRow], after: Sequence[RunRow]) -> None:
        changed = [
            place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new and old != new
        ]
        ranges: list[list[int]] = []
        for place in changed:
            if ranges and ranges[-1][1] == place - 1:
                ranges[-1][1] = place
            else:
                ranges.append([place, place])
        if len(ranges) > _SEPARATE:
            ranges = [[changed[0], changed[-1]]]
        for first, last in ranges:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _ordered(self) -> list[RunRow]:
        rows = sorted(self._rows, key=lambda row: -row.started)
        if self._words:
            rows = [row for row in rows if all(word in self._text(row) for word in self._words)]
        if self._column == LIVE_FIRST:
            return sorted(rows, key=_liveliness)
        key = _KEYS[self._column]
        known = [row for row in rows if _is_known(key(row))]
        known.sort(key=key, reverse=self._order == Qt.SortOrder.DescendingOrder)
        return known + [row for row in rows if not _is_known(key(row))]

    def _text(self, row: RunRow) -> str:
        kept = self._texts.get(row.folder)
        if kept is None or kept[0] is not row:
            text = "\n".join((row.title, row.recipe, row.data, state_text(row), row.state)).casefold()
            kept = self._texts[row.folder] = (row, text)
        return kept[1]


def cell_text(row: RunRow, column: int) -> str:
    """What a cell says."""
    if column == 3:
        return state_text(row)
    if column == 4:
        return f"{row.images_seen:,}"
    if column == 6:
        return f"{row.rate:,.0f}" if math.isfinite(row.rate) else short_number(math.nan)
    if column == 8:
        return day_text(row.started)
    if column == 5:
        return short_number(row.best)
    return (row.title, row.recipe, row.data)[column] if column < 3 else time_text(row.seconds_left)


def started_text(row: RunRow) -> str:
    """Day and minute, whole."""
    return time.strftime("started %Y-%m-%d %H:%M", time.localtime(row.started)) if row.started > 0 else ""


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _liveliness(row: RunRow) -> tuple[int, int]:
    if row.state in BUSY:
        return 0, 0
    return (1, row.queue_place) if row.state == "queued" else (2, 0)


def _is_known(value: Any) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return all(not isinstance(part, float) or math.isfinite(part) for part in parts)


_KEYS: tuple[Callable[[RunRow], Any], ...] = (
    lambda row: row.title.casefold(),
    lambda row: row.recipe.casefold(),
    lambda row: row.data.casefold(),
    lambda row: (_liveliness(row), str(row.state)),
    lambda row: row.images_seen,
    lambda row: (row.judged, row.badness),
    lambda row: row.rate,
    lambda row: row.seconds_left,
    lambda row: row.started,
)
