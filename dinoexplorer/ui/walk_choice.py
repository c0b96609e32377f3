"""How to walk: which way and how fast, in one button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui import icons
from dinoexplorer.ui.icon_button import GAP
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.walker import SPEEDS

_KINDS = {
    "drift": ("Drift", "A smooth path from one image of the data to the next."),
    "orbit": ("Orbit", "A loop around the present place."),
    "dice": ("Dice", "Another image of the data every second."),
}


class WalkChoice(MenuButton):
    """Shows the kind and the speed of walks."""

    kind_chosen = Signal(str)
    speed_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Kind and speed of the walk", parent)
        self.setIconSize(QSize(2 * GAP, icons.SIZE))  # no icon, but as much air on its left as the chevron takes
        self.setToolTip("Which way to walk (Shift+W), and how fast (- and +)")
        menu = self.choices()
        self._kinds, self._speeds = QActionGroup(self), QActionGroup(self)
        for kind, (text, about) in _KINDS.items():
            self._add(text, kind, self._kinds).setToolTip(about)
        menu.addSeparator()
        for speed in SPEEDS:
            self._add(_speed_text(speed), speed, self._speeds)
        self._kinds.triggered.connect(self._on_kind)
        self._speeds.triggered.connect(self._on_speed)
        self.show_walk("drift", 1.0)

    @Slot(str, float)
    def show_walk(self, kind: str, speed: float) -> None:
        """Show how we walk."""
        for group, value in ((self._kinds, kind), (self._speeds, speed)):
            for action in group.actions():
                action.setChecked(action.data() == value)
        text = f"{_KINDS[kind][0]} {_speed_text(speed)}"
        self.setText(text)
        self.setAccessibleDescription(text)

    def _add(self, text: str, value: object, group: QActionGroup) -> QAction:
        action = self.choices().addAction(text)
        action.setData(value)
        action.setCheckable(True)
        group.addAction(action)
        return action

    @Slot(QAction)
    def _on_kind(self, action: QAction) -> None:
        self.kind_chosen.emit(action.data())

    @Slot(QAction)
    def _on_speed(self, action: QAction) -> None:
        self.speed_chosen.emit(action.data())


def _speed_text(speed: float) -> str:
    return {0.25: "¼×", 0.5: "½×"}.get(speed, f"{speed:g}×")
