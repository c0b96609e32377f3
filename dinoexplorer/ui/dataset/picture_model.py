"""The pictures of a dataset that are shown, as Qt's views take them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QItemSelection, QModelIndex, QObject, QPersistentModelIndex, Qt

from dinoexplorer.datasets.collection import Collection
from dinoexplorer.ui.texts import as_tool_tip

Index = QModelIndex | QPersistentModelIndex
PATH, STATE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
TAKEN, LEFT_OUT, WAITING = "taken", "left out", "waiting"


class PictureModel(QAbstractListModel):
    """Shows the pictures of a collection that `set_shown` names; nothing is copied."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._collection: Collection | None = None
        self._shown: NDArray[np.intp] = np.zeros(0, np.intp)

    @property
    def shown(self) -> NDArray[np.intp]:
        """Indices of the collection's pictures, in the order of the rows."""
        return self._shown

    def set_collection(self, collection: Collection | None) -> None:
        """Show another collection; nothing of it yet."""
        self.beginResetModel()
        self._collection, self._shown = collection, np.zeros(0, np.intp)
        self.endResetModel()

    def set_shown(self, shown: NDArray[np.intp]) -> None:
        """Show these pictures."""
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def tell_changes(self) -> None:
        """Say that something was decided; what is in sight is painted anew."""
        if len(self._shown):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def rows_of(self, pictures: NDArray[np.intp]) -> NDArray[np.intp]:
        """Rows of pictures, those that are not shown left out."""
        places = np.searchsorted(self._shown, pictures)
        fits = places < len(self._shown)
        places, pictures = places[fits], pictures[fits]
        return np.asarray(places[self._shown[places] == pictures], np.intp)

    def selection_of(self, rows: NDArray[np.intp]) -> QItemSelection:
        """Rows, ascending, as a selection of few ranges."""
        selection = QItemSelection()
        for piece in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if len(piece):
                selection.select(self.index(int(piece[0]), 0), self.index(int(piece[-1]), 0))
        return selection

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._collection is None or not 0 <= index.row() < len(self._shown):
            return None
        number = int(self._shown[index.row()])
        value: Any = None
        if role == Qt.ItemDataRole.DisplayRole:
            value = self._collection.original(number).name
        elif role == PATH:
            value = shown_file(self._collection, number)
        elif role == STATE:
            value = _state(self._collection, number)
        elif role == Qt.ItemDataRole.AccessibleTextRole:
            value = described(self._collection, number).replace("\n", ", ")
        elif role == Qt.ItemDataRole.ToolTipRole:
            value = as_tool_tip(described(self._collection, number))
        return value


def _state(collection: Collection, number: int) -> str:
    if collection.waits(number):
        return WAITING
    return TAKEN if collection.record(number).taken else LEFT_OUT


def shown_file(collection: Collection, number: int) -> Path:
    """The prepared picture; where there is none, the original if it lies in a folder."""
    made = collection.picture(number)
    if made is not None:
        return made
    record = collection.original(number)
    return Path(record.source).expanduser() / record.name


def described(collection: Collection, number: int) -> str:
    """What is known of a picture, one thing a line."""
    record = collection.record(number)
    size = f"{record.width} x {record.height}" if record.width else ""
    warnings = f"noticed: {', '.join(record.warnings)}" if record.warnings else ""
    reason = f"left out: {record.reason.removeprefix('left out ')}" if not record.taken else ""
    waits = "waits for the next preparation" if collection.waits(number) else ""
    label = f"class: {record.label}" if record.label else ""
    return "\n".join(filter(None, (record.name, label, size, warnings, reason, waits)))
