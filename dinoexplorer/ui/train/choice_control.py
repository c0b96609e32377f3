"""A button that drops down the values there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label
from dinoexplorer.ui.train.text_control import mark


class ChoiceControl(MenuButton):
    """The present choice; the mouse wheel does not change it. The menu is filled when it is first wanted."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Choice", parent)
        plain(self)
        self._choices: tuple[str, ...] = ()
        self._present = ""
        self._group: QActionGroup | None = None
        self.choices().aboutToShow.connect(self._on_about_to_show)
        self.choices().triggered.connect(self._on_triggered)

    def set_choices(self, choices: Sequence[str]) -> None:
        """Offer these values."""
        self._choices = tuple(choices)
        self._group = None

    def show_text(self, text: str) -> None:
        """Show ``text`` as chosen, silently; it need not be among the choices."""
        self._present = text
        self.setText(as_label(text))
        self.setAccessibleDescription(text)
        self.updateGeometry()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the choice as wrong."""
        mark(self, wrong)

    @Slot()
    def _on_about_to_show(self) -> None:
        menu = self.choices()
        if self._group is None:
            menu.clear()
            self._group = QActionGroup(menu)
            for choice in self._choices:
                action = menu.addAction(as_label(choice))
                action.setData(choice)
                action.setCheckable(True)
                self._group.addAction(action)
        for action in self._group.actions():
            action.setChecked(action.data() == self._present)
            if action.isChecked():
                menu.setActiveAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() != self._present:
            self.show_text(action.data())
            self.edited.emit(self._present)


def plain(button: MenuButton) -> None:
    """Dress a menu button as a field of a form: raised, and without room for an icon."""
    button.setProperty("labelled", True)
    button.setProperty("field", True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setIconSize(QSize(0, icons.SIZE))
