"""Where we are: the names of the places, the present one underlined, a press away from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton

PLACES = ("explore", "morph", "train", "report")


class PlaceSwitch(QWidget):
    """A row of names; exactly one is on."""

    def __init__(
        self, actions: Mapping[str, QAction], places: Sequence[str] = PLACES, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QActionGroup(self)
        for place in places:
            button = IconButton("", actions[place].text(), self, text=actions[place].iconText())
            button.setProperty("labelled", False)
            button.setProperty("place", True)
            button.follow(actions[place])
            # A press on the place where we are unchecks the button by itself, while its action stays as it is.
            button.clicked.connect(partial(self._settle, button, actions[place]))
            self._group.addAction(actions[place])
            row.addWidget(button)
        actions[places[0]].setChecked(True)

    @staticmethod
    def _settle(button: IconButton, action: QAction) -> None:
        button.setChecked(action.isChecked())
