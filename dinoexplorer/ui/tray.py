"""The tray at the bottom of Explore: what is kept, one panel at a time, opened and closed by its tabs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.ui.tab_row import TabRow

HEIGHT = 116
_FIRST = "explore"


class Tray(QFrame):
    """A row of tabs and, when it is open, the panel of one of them; a press on the tab that is shown closes it."""

    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.tabs = TabRow(self)
        self._stack = QStackedWidget(self)
        self._stack.setFixedHeight(HEIGHT)
        self._panels: dict[str, QWidget] = {}
        self._tools: dict[str, QWidget] = {}
        self._head = QHBoxLayout()
        self._head.setContentsMargins(4, 0, 8, 0)
        self._head.addWidget(self.tabs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self._stack)
        self._stack.hide()
        self._touched = False
        self._place = _FIRST
        self._elsewhere = {_FIRST: ""}  # the tab that was open in each place, empty where none was

    def add(self, name: str, title: str, panel: QWidget, tools: QWidget | None = None) -> None:
        """Give a panel a tab; ``tools`` stand at the end of the row while it is shown."""
        self._panels[name] = panel
        self._stack.addWidget(panel)
        self.tabs.add(name, title).clicked.connect(partial(self.toggle_tab, name))
        if tools is not None:
            self._tools[name] = tools
            self._head.addWidget(tools)
        self._follow()

    def set_title(self, name: str, title: str) -> None:
        """Call a tab something else."""
        self.tabs.buttons[name].setText(title)

    @property
    def current(self) -> str:
        """The tab that is shown, or would be; empty where there is none."""
        return next((name for name, panel in self._panels.items() if panel is self._stack.currentWidget()), "")

    @property
    def opened(self) -> bool:
        """Whether a panel is shown."""
        return not self._stack.isHidden()

    @property
    def touched(self) -> bool:
        """Whether it was ever opened."""
        return self._touched

    @property
    def state(self) -> str:
        """What `restore` takes: the tab that is shown in Explore, "closed", or nothing where it was never opened."""
        if not self._touched:
            return ""
        tab = self._tab if self._place == _FIRST else self._elsewhere[_FIRST]
        return tab or "closed"

    def restore(self, state: str) -> None:
        """Be as it was when `state` was read."""
        self._touched = bool(state)
        if state in self._panels:
            self.show_tab(state)

    def go_to(self, place: str) -> None:
        """Be as open as it was left in another place; in one where it never was, closed."""
        if place == self._place:
            return
        self._elsewhere[self._place], self._place = self._tab, place
        tab, touched = self._elsewhere.get(place, ""), self._touched
        if tab:
            self.show_tab(tab)
        else:
            self.set_opened(False)
        self._touched = touched  # by nobody's hand

    @property
    def _tab(self) -> str:
        return self.current if self.opened else ""

    @Slot(bool)
    def set_opened(self, opened: bool) -> None:
        """Show the panel, or only the row of tabs."""
        if opened != self.opened:
            self._touched = True
            self._stack.setVisible(opened)
            self._follow()

    def show_tab(self, name: str) -> None:
        """Open the panel of a tab."""
        self._stack.setCurrentWidget(self._panels[name])
        self.set_opened(True)
        self._follow()
        self.shown.emit(name)

    def toggle_tab(self, name: str, *_checked: object) -> None:
        """Open the panel of a tab, or close the tray where it is the one that is shown."""
        if self.opened and name == self.current:
            self.set_opened(False)
        else:
            self.show_tab(name)

    def _follow(self) -> None:
        self.tabs.mark(self.current if self.opened else "")
        for name, tools in self._tools.items():
            tools.setVisible(self.opened and name == self.current)
