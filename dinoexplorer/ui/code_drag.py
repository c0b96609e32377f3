"""A widget that codes can be dragged away from, to the pins, the mix or the timeline."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from dinoexplorer.ui.code_mime import Named, mime_of


class CodeDrag(QObject):
    """Begins a drag where the mouse is pressed on a widget and moved; a mere click stays the widget's own."""

    def __init__(self, widget: QWidget, codes: Callable[[], list[Named]]) -> None:
        super().__init__(widget)
        self._widget, self._codes = widget, codes
        self._pressed: QPointF | None = None
        widget.installEventFilter(self)

    def new_drag(self) -> QDrag | None:
        """What a drag carries; None where there is nothing to be dragged."""
        named = self._codes()
        if not named:
            return None
        drag = QDrag(self._widget)
        drag.setMimeData(mime_of(named))
        drag.setPixmap(self._widget.grab())
        drag.setHotSpot(QPoint(-8, -8))
        return drag

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        button = self._widget if isinstance(self._widget, QAbstractButton) else None
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            return button is None  # what lies below is not pressed, too
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = None
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            if (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                self._pressed = None
                if button is not None:
                    button.setDown(False)  # its release goes to where it is dropped
                self._drag()
            return True
        return False

    def _drag(self) -> None:
        if (drag := self.new_drag()) is not None:
            drag.exec(Qt.DropAction.CopyAction)
