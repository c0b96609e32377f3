"""A line for a number, a list or a text; arrow keys move a number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dinoexplorer.ui.latent_panel.value_slider import step_factor

HEIGHT = 28


class TextControl(QLineEdit):
    """What is typed is told letter by letter. A line and no spin box: the mouse wheel scrolls the form over it."""

    edited = Signal(str)
    nudged = Signal(float)  # in steps

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.setMinimumHeight(HEIGHT)
        self.textEdited.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show ``text``, silently."""
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def set_wrong(self, wrong: bool) -> None:
        """Mark what is typed as wrong."""
        mark(self, wrong)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            self.nudged.emit(direction * step_factor(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}:
            self.selectAll()


def mark(widget: QWidget, wrong: bool) -> None:
    """Dress ``widget`` as one that holds something wrong, or not."""
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
