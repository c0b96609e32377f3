"""Judged pictures as Qt's views take them, in the order of a score."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QItemSelection, QModelIndex, QObject, QPersistentModelIndex, Qt

from dinoexplorer.latent.anomaly.ranking import Indices, Ranking, share_in_words
from dinoexplorer.latent.anomaly.strangeness import TOGETHER
from dinoexplorer.ui.texts import as_tool_tip

Index = QModelIndex | QPersistentModelIndex
PATH, WORDS, MARK, STRANGE = (Qt.ItemDataRole.UserRole + number for number in range(4))


class StrangeModel(QAbstractListModel):
    """Shows a ranking by one of its scores; nothing is copied."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ranking, self.score, self.threshold = Ranking(), TOGETHER, np.inf
        self._order: Indices = np.zeros(0, np.intp)

    @property
    def order(self) -> Indices:
        """Pictures of the ranking, in the order of the rows."""
        return self._order

    def follow(self) -> None:
        """Take over what is in the ranking now, in its order."""
        self.beginResetModel()
        self._order = self.ranking.order(self.score)
        self.endResetModel()

    def tell_changes(self) -> None:
        """Say that marks or the threshold have changed; what is in sight is painted anew."""
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, 0))

    def selection_of(self, pictures: Indices) -> QItemSelection:
        """Pictures as a selection."""
        selection = QItemSelection()
        rows = np.flatnonzero(np.isin(self._order, pictures))
        for piece in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if len(piece):
                selection.select(self.index(int(piece[0]), 0), self.index(int(piece[-1]), 0))
        return selection

    def row_of(self, picture: int) -> int:
        """The row of a picture, -1 for none."""
        rows = np.flatnonzero(self._order == picture)
        return int(rows[0]) if len(rows) else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        return 0 if parent.isValid() else len(self._order)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._order):
            return None
        picture = int(self._order[index.row()])
        path, (value, share) = self.ranking.files[picture], self.ranking.found[picture].of(self.score)
        values: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: path.name,
            PATH: path,
            WORDS: share_in_words(share),
            MARK: self.ranking.mark_of(picture),
            STRANGE: value > self.threshold,
        }
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            mark = f"marked as {values[MARK]}" if values[MARK] else ""
            words = f"{values[WORDS]} of usual pictures" if share < 1 else "stranger than all usual pictures"
            lines = filter(None, (path.name, words, mark))
            return ", ".join(lines) if role == Qt.ItemDataRole.AccessibleTextRole else as_tool_tip("\n".join(lines))
        return values.get(role)
