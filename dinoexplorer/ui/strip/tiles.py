"""What a strip shows: tiles, each a code with a name, as a model that keeps what a view holds on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.ui.texts import as_tool_tip

Index = QModelIndex | QPersistentModelIndex
TILE = Qt.ItemDataRole.UserRole
MARKED = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """A code ``(dim,)`` with what is said about it.

    ``key`` is its own; ``spoken`` is added for a screen reader to its name; ``strength`` in (0, 1] dims its picture.
    """

    key: int
    name: str
    code: FloatArray
    tip: str
    spoken: str = ""
    strength: float = 1.0


class Tiles(QAbstractListModel):
    """The tiles in their order, and which of them are marked as the place where we stand."""

    name_edited = Signal(int, str)  # key, what it is to be called

    def __init__(self, parent: QObject | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self._tiles: tuple[Tile, ...] = ()
        self._marked: frozenset[int] = frozenset()
        self._editable = editable

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All of them."""
        return self._tiles

    @property
    def marked(self) -> frozenset[int]:
        """The keys of those that are marked."""
        return self._marked

    def index_of(self, key: int) -> QModelIndex:
        """Where a tile is; invalid where it is not."""
        for place, tile in enumerate(self._tiles):
            if tile.key == key:
                return self.index(place, 0)
        return QModelIndex()

    def set_tiles(self, tiles: tuple[Tile, ...]) -> None:
        """Show these; the selection stays on the same keys."""
        before = self._tiles
        if [tile.key for tile in before] == [tile.key for tile in tiles]:
            self._tiles = tiles
            self._tell_changes(before)
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        self._tiles = tiles
        places = {tile.key: place for place, tile in enumerate(tiles)} if held else {}
        moved = [places.get(before[index.row()].key, -1) for index in held]
        new = [self.createIndex(place, 0) if place >= 0 else QModelIndex() for place in moved]
        self.changePersistentIndexList(held, new)
        self.layoutChanged.emit()

    def mark(self, keys: frozenset[int]) -> None:
        """Mark these and no others."""
        if keys == self._marked:
            return
        changed, self._marked = keys ^ self._marked, keys
        for place, tile in enumerate(self._tiles):
            if tile.key in changed:
                self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  as Qt declares it
        return 0 if parent.isValid() else len(self._tiles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if self._editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._tiles):
            return None
        tile = self._tiles[index.row()]
        value: Any = None
        if role == TILE:
            value = tile
        elif role == MARKED:
            value = tile.key in self._marked
        elif role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            value = tile.name
        elif role == Qt.ItemDataRole.ToolTipRole:
            value = as_tool_tip(tile.tip)
        elif role == Qt.ItemDataRole.AccessibleTextRole:
            here = "you are here" if tile.key in self._marked else ""
            value = ", ".join(filter(None, (tile.name, tile.spoken, here)))
        return value

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not 0 <= index.row() < len(self._tiles):
            return False
        self.name_edited.emit(self._tiles[index.row()].key, str(value))
        return True

    def _tell_changes(self, before: tuple[Tile, ...]) -> None:
        changed = [
            place
            for place, (old, new) in enumerate(zip(before, self._tiles, strict=True))
            if old is not new
            and ((old.name, old.tip, old.strength) != (new.name, new.tip, new.strength) or old.code is not new.code)
        ]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], 0))
