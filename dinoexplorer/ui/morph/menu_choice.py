"""One of several values, chosen in the menu of a button that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import GAP
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip


class MenuChoice(MenuButton):
    """Shows the present value; `chosen` tells the one that a person has chosen."""

    chosen = Signal(object)

    def __init__(self, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        self.setIconSize(QSize(2 * GAP, icons.SIZE))  # no icon, but as much air on its left as the chevron takes
        self.setToolTip(about)
        self._texts: dict[Any, str] = {}
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)

    def offer(self, values: Mapping[Any, str]) -> None:
        """Offer these values by their texts; nothing happens where they are those already."""
        if self._texts == dict(values):
            return
        self._texts = dict(values)
        for action in self._group.actions():
            self._group.removeAction(action)
            self.choices().removeAction(action)
            action.deleteLater()
        for value, text in values.items():
            action = self.choices().addAction(as_label(text))
            action.setData(value)
            action.setCheckable(True)
            self._group.addAction(action)

    def show_value(self, value: object, text: str = "") -> None:
        """Show a value, under another text than the menu's where one is given."""
        for action in self._group.actions():
            action.setChecked(action.data() == value)
        text = text or self._texts.get(value, str(value))
        self.setText(as_label(text))
        self.setAccessibleDescription(as_tool_tip(text))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
