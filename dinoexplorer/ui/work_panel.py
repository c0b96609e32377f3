"""A panel for work on pictures: they are dropped on it, and keys with Ctrl press its own buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.dropping import dropped_paths
from dinoexplorer.ui.overlay import Overlay

_EDGE = 24


class WorkPanel(Overlay):
    """As large as the window lets it be, up to ``largest``; a click beside it loses nothing."""

    given = Signal(object)  # list[Path] that were dropped
    gone = Signal()

    def __init__(self, window: QWidget, name: str, largest: QSize) -> None:
        super().__init__(window, name)
        self._largest = largest
        self._keys: Mapping[QKeySequence.StandardKey, Callable[[], None]] = {}
        self.setAcceptDrops(True)

    def set_keys(self, keys: Mapping[QKeySequence.StandardKey, Callable[[], None]]) -> None:
        """What keys with Ctrl do here instead of in the window."""
        self._keys = keys

    def take_key(self, key: Qt.Key) -> bool:  # noqa: ARG002  a panel may have none
        """Do what a key without Ctrl means here; whether it means anything."""
        return False

    def go_away(self) -> None:
        super().go_away()
        self.gone.emit()

    def place(self, room: QRect) -> QRect:
        size = self._largest.boundedTo(room.size() - QSize(2 * _EDGE, 2 * _EDGE))
        return QRect((room.width() - size.width()) // 2, (room.height() - size.height()) // 2, *size.toTuple())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._meant(event):
            event.accept()  # else the window would copy a code or save its document
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meant = self._meant(event)
        if meant is not None:
            meant()
        elif not self.take_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside the panel loses nothing."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.given.emit(paths)

    def _meant(self, event: QKeyEvent) -> Callable[[], None] | None:
        return next((do for key, do in self._keys.items() if event.matches(key)), None)
