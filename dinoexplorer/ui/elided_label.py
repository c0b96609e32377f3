"""A label that shows as much of its text as there is room for, and the whole as its tool tip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dinoexplorer.ui.texts import as_tool_tip, elided


class ElidedLabel(QLabel):
    """Takes the room that it is given, ``least`` pixels at least; the text is shown as it is."""

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(least)

    def show_text(self, text: str) -> None:
        """Show a text."""
        self.setText(text)
        self.setToolTip(as_tool_tip(text))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = elided(self.text(), self.fontMetrics(), self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)
        painter.end()
