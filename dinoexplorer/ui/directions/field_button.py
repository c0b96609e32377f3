"""A menu button dressed as a field, whose text is cut where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, elided
from dinoexplorer.ui.train.choice_control import plain

_AIR = icons.SIZE + 24


class FieldButton(MenuButton):
    """As wide as its place; the menu is the owner's to fill."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        plain(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    @property
    def whole(self) -> str:
        """The text, also where it is cut."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Show what is chosen."""
        self._whole = text
        self.setAccessibleDescription(text)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(64, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        text = as_label(elided(self._whole, self.fontMetrics(), max(self.width() - _AIR, 1)))
        if text != self.text():
            self.setText(text)
