"""What is dragged over the timeline: where it would go, and where it is dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.morph.dropped_codes import may_be_dropped


class TimelineDrops(QObject):
    """Takes what keyframes may come of; ``insertion`` is the time at which it would be dropped now, or None."""

    dropped = Signal(object, float)  # QMimeData, seconds

    def __init__(self, seconds: Callable[[float], float], widget: QWidget) -> None:
        """``seconds`` tells the time at a place across the widget."""
        super().__init__(widget)
        self._seconds, self._widget = seconds, widget
        self.insertion: float | None = None
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            if may_be_dropped(event.mimeData()):
                event.acceptProposedAction()
        elif kind in {QEvent.Type.DragMove, QEvent.Type.Drop} and isinstance(event, QDropEvent):
            seconds = max(self._seconds(event.position().x()), 0.0)
            self.insertion = seconds if kind == QEvent.Type.DragMove else None
            event.acceptProposedAction()
            if kind == QEvent.Type.Drop:
                self.dropped.emit(event.mimeData(), seconds)
        elif kind == QEvent.Type.DragLeave:
            self.insertion = None
        else:
            return False
        self._widget.update()
        return True
