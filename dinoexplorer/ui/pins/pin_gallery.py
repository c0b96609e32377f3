"""The gallery of pins: go to one, rename, remove, reorder, mix and drag them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_mime import has_codes
from dinoexplorer.ui.dropping import dropped_paths
from dinoexplorer.ui.pins.drop_place import DropPlace, drop_place
from dinoexplorer.ui.pins.pin_menu import fill_menu
from dinoexplorer.ui.pins.pin_traffic import is_import
from dinoexplorer.ui.strip.code_strip import CodeStrip
from dinoexplorer.ui.strip.tile_delegate import WIDTH, picture_rect

_PLAIN_KEYS = {Qt.Key.Key_F2: "rename", Qt.Key.Key_Delete: "remove", Qt.Key.Key_Backspace: "remove"}
_CONTROL_KEYS = {Qt.Key.Key_Left: "earlier", Qt.Key.Key_Right: "later", Qt.Key.Key_A: "all"}


class PinGallery(CodeStrip):
    """Shows pins and asks for what is to be done with them; nothing is done here."""

    asked = Signal(str)  # the name of what is to be done with the selected pins, as in `pin_menu`
    reordered = Signal(int)  # put the selected pins before this row
    mixed = Signal(int, object)  # the key of a pin, and the QMimeData that was dropped on it; None for selected pins
    codes_dropped = Signal(object, int)  # QMimeData, the row before which they go
    files_dropped = Signal(object)  # list[Path]

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(thumbnailer, parent, editable=True)
        self.setAccessibleName("Pins")
        self.setAccessibleDescription("Enter goes there, F2 renames, Delete removes, Ctrl and arrow keys reorder.")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self._drop: DropPlace | None = None

    @property
    def own_keys(self) -> set[Qt.Key]:
        return super().own_keys | set(_PLAIN_KEYS)

    def rename_current(self) -> None:
        """Let the name of the current pin be edited where it stands."""
        index = self.currentIndex()
        if index.isValid():
            self.scrollTo(index)
            self.edit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_menu(menu, len(self.chosen()), len(self.tiles.tiles))
        menu.triggered.connect(self._on_triggered)
        menu.popup(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        keys = {Qt.KeyboardModifier.NoModifier: _PLAIN_KEYS, Qt.KeyboardModifier.ControlModifier: _CONTROL_KEYS}
        name = keys.get(held, {}).get(Qt.Key(event.key()))
        if name is None:
            super().keyPressEvent(event)
        elif name == "all":
            self.selectAll()
        else:
            self.asked.emit(name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        data = event.mimeData()
        if has_codes(data):
            self._show_drop(self._place_at(event.position().toPoint()))
            own = event.source() is self and self._drop is not None and not self._drop.onto
            event.setDropAction(Qt.DropAction.MoveAction if own else Qt.DropAction.CopyAction)
            event.accept()
        elif any(map(is_import, dropped_paths(data))):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        data = event.mimeData()
        if not has_codes(data):
            paths: list[Path] = [path for path in dropped_paths(data) if is_import(path)]
            event.setAccepted(bool(paths))
            if paths:
                self.files_dropped.emit(paths)
            return
        place, own = self._place_at(event.position().toPoint()), event.source() is self
        event.setDropAction(Qt.DropAction.CopyAction)  # after a move the view would remove what was dragged
        event.accept()
        if place.onto:
            self.mixed.emit(self.tiles.tiles[place.row].key, None if own else data)
        elif own:
            self.reordered.emit(place.row)
        else:
            self.codes_dropped.emit(data, place.row)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.palette().color(QPalette.ColorRole.Accent)
        index = self.tiles.index(self._drop.row, 0)
        if self._drop.onto:
            painter.setPen(QPen(accent, 3))
            painter.drawRoundedRect(QRectF(picture_rect(self.visualRect(index))).adjusted(-1, -1, 1, 1), 6, 6)
        else:
            x = self._drop.row * WIDTH - self.horizontalOffset()
            painter.fillRect(QRectF(max(x - 1.5, 0), 4, 3, self.viewport().height() - 8), accent)
        painter.end()

    def _place_at(self, at: QPoint) -> DropPlace:
        return drop_place(at.x() + self.horizontalOffset(), WIDTH, len(self.tiles.tiles))

    def _show_drop(self, place: DropPlace | None) -> None:
        if place != self._drop:
            self._drop = place
            self.viewport().update()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.asked.emit(action.objectName())
