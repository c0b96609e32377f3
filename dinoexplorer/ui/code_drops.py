"""A widget on which codes may be dropped to go there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.code_mime import has_codes

_MOVES = {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}


class CodeDrops(QObject):
    """Takes codes that are dropped on a widget; anything else is left to the widget and to those it lies in."""

    dropped = Signal(object)  # QMimeData

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in _MOVES or not isinstance(event, QDropEvent) or not has_codes(event.mimeData()):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(event.mimeData())
        return True
