"""The field that points are sought in, by class, by name or by number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

_STEPS = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class SearchField(QLineEdit):
    """Enter or Down asks for the next hit, Shift+Enter or Up for the one before."""

    stepped = Signal(int)  # 1 or -1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, placeholderText="Find a class or name", clearButtonEnabled=True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxLength(1000)
        self.setAccessibleName("Find points by class, file name or number")
        self.setToolTip("Marks the points of that class, file name or number; Enter goes from one to the next.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.stepped.emit(-step if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else step)
