"""A row of tabs in small letters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget


class TabRow(QWidget):
    """Buttons of which one is marked; what is shown is the owner's business."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 4, 0)
        self._row.setSpacing(0)
        self._row.addStretch()

    def add(self, name: str, title: str) -> QToolButton:
        """A tab at the end of the row."""
        button = QToolButton(self)
        button.setText(title)
        button.setCheckable(True)
        button.setProperty("tab", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(title)
        self.buttons[name] = button
        self._row.insertWidget(len(self.buttons) - 1, button)
        return button

    def mark(self, name: str) -> None:
        """Mark one of them; an empty name marks none."""
        for other, button in self.buttons.items():
            button.setChecked(other == name)
