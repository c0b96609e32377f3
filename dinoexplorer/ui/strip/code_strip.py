"""A row of tiles that scrolls sideways: a click or Enter goes to one, and any can be dragged away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import mime_of
from dinoexplorer.ui.strip.tile_delegate import TileDelegate, picture_rect, tile_height
from dinoexplorer.ui.strip.tiles import Tile, Tiles

_OWN_KEYS = {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class CodeStrip(QListView):
    """Shows `Tiles`; its pictures come from a `Thumbnailer` as they are seen."""

    go_wanted = Signal(int)  # key

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self.tiles = Tiles(self, editable=editable)
        self._held = Qt.KeyboardModifier.NoModifier  # while the button was last pressed
        self.setObjectName("plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setModel(self.tiles)
        self.setItemDelegate(TileDelegate(thumbnailer, self))
        self.clicked.connect(self._on_clicked)
        thumbnailer.made.connect(self.viewport().update)

    @property
    def own_keys(self) -> set[Qt.Key]:
        """Keys without Ctrl or Alt that mean something here, also where the window has an action for them."""
        return _OWN_KEYS

    def chosen(self) -> tuple[Tile, ...]:
        """The selected tiles, in their order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self.tiles.tiles[row] for row in rows)

    def name_of(self, tile: Tile) -> str:
        """What a code is called where it is dropped."""
        return tile.name

    def show_key(self, key: int) -> None:
        """Bring a tile into view."""
        index = self.tiles.index_of(key)
        if index.isValid():
            self.scrollTo(index)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, tile_height(self.font()))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        if drag := self.new_drag():
            drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)

    def new_drag(self) -> QDrag | None:
        """What a drag of the selected tiles carries; None where nothing is selected."""
        chosen = self.chosen()
        if not chosen:
            return None
        drag = QDrag(self)
        drag.setMimeData(mime_of([(self.name_of(tile), tile.code) for tile in chosen]))
        under = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        index = under if under.isValid() else self.tiles.index_of(chosen[0].key)
        drag.setPixmap(self._picture(index))
        drag.setHotSpot(QPoint(-8, -8))
        return drag

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.go_wanted.emit(self.tiles.tiles[self.currentIndex().row()].key)
        elif event.text().isprintable() and event.text():  # the view would look for a name that begins with it
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.modifiers()
        super().mousePressEvent(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return held == Qt.KeyboardModifier.NoModifier and Qt.Key(event.key()) in self.own_keys

    def _picture(self, index: QModelIndex) -> QPixmap:
        self.scrollTo(index)
        rect: QRect = picture_rect(self.visualRect(index))
        return self.viewport().grab(rect)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if self._held == Qt.KeyboardModifier.NoModifier:  # with Shift and Ctrl it only selects
            self.go_wanted.emit(self.tiles.tiles[index.row()].key)
