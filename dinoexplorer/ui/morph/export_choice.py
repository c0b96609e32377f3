"""A button that drops down choices, some of which may be impossible, and then say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip
from dinoexplorer.ui.train.choice_control import plain


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice; ``why_not`` is a sentence where it cannot be taken."""

    key: str
    text: str
    why_not: str = ""


class ExportChoice(MenuButton):
    """The present choice; those that are impossible are listed all the same, greyed, with the reason as a tool tip."""

    edited = Signal(str)  # key

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__("", name, parent)
        plain(self)
        self._choices: tuple[Choice, ...] = ()
        self._present = ""
        self.choices().triggered.connect(self._on_triggered)
        self.set_choices(choices)

    @property
    def present(self) -> str:
        """The key of what is chosen."""
        return self._present

    @property
    def why_not(self) -> str:
        """Why the present choice cannot be taken; empty where it can."""
        return next((choice.why_not for choice in self._choices if choice.key == self._present), "")

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these; what was chosen stays chosen where it is among them, else the first that is possible is."""
        self._choices = tuple(choices)
        menu = self.choices()
        menu.clear()
        for choice in self._choices:
            action = menu.addAction(as_label(choice.text))
            action.setData(choice.key)
            action.setCheckable(True)
            action.setEnabled(not choice.why_not)
            action.setToolTip(as_tool_tip(choice.why_not or choice.text))
            action.setWhatsThis(choice.why_not)
        possible = [choice for choice in self._choices if not choice.why_not]
        if self._choices and all(choice.key != self._present for choice in self._choices):
            self.choose((possible or self._choices)[0].key)
        else:
            self.choose(self._present)

    def choose(self, key: str) -> None:
        """Show a choice, silently; nothing happens where there is none of that key."""
        found = next((choice for choice in self._choices if choice.key == key), None)
        if found is None:
            return
        self._present = key
        self.setText(as_label(found.text))
        self.setAccessibleDescription(found.text)
        self.updateGeometry()
        for action in self.choices().actions():
            action.setChecked(action.data() == key)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        changed = action.data() != self._present
        self.choose(action.data())
        if changed:
            self.edited.emit(self._present)
