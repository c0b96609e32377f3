"""A head right above a square, both in the middle of whatever room there is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.ui.compare.cell_head import CellHead

_GAP = 2  # between head and picture


class CellFrame(QWidget):
    """Keeps the head as wide as the picture; while the head is hidden the picture has all the room."""

    def __init__(self, head: CellHead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = head
        self._body = QWidget(self)  # margins of a layout would count as room that a cell cannot do without
        self.column = QVBoxLayout(self._body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(_GAP)
        self.column.addWidget(head)

    def centre(self) -> None:
        """Put both in the middle."""
        width, height = self.width(), self.height()
        if not self.head.isHidden():
            above = self.head.height() + _GAP
            side = max(min(width, height - above), 1)
            width, height = side, side + above
        self._body.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def sizeHint(self) -> QSize:
        return self._body.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._body.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.centre()
