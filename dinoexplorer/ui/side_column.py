"""The right column of Explore: one panel at a time, chosen by its tab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.ui.tab_row import TabRow


class SideColumn(QWidget):
    """Shows the panel of a tab; with a single one there are no tabs."""

    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = TabRow(self)
        self._stack = QStackedWidget(self)
        self._panels: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.tabs.hide()

    def add(self, name: str, title: str, panel: QWidget) -> None:
        """Give a panel a tab."""
        self._panels[name] = panel
        self._stack.addWidget(panel)
        self._add_tab(name, title)
        self.tabs.mark(self.current)

    def add_later(self, name: str, title: str, make: Callable[[], QWidget]) -> None:
        """Give a tab to a panel that is made when it is first shown."""
        self._makers[name] = make
        self._add_tab(name, title)

    @property
    def current(self) -> str:
        """The name of the tab that is shown."""
        return next(name for name, panel in self._panels.items() if panel is self._stack.currentWidget())

    def show_tab(self, name: str, *_checked: object) -> None:
        """Show the panel of a tab; a name that is none changes nothing."""
        if name in self._makers:
            self._panels[name] = panel = self._makers.pop(name)()
            self._stack.addWidget(panel)
        if name in self._panels:
            self._stack.setCurrentWidget(self._panels[name])
            self.shown.emit(name)
        self.tabs.mark(self.current)

    def _add_tab(self, name: str, title: str) -> None:
        self.tabs.add(name, title).clicked.connect(partial(self.show_tab, name))
        self.tabs.setVisible(len(self.tabs.buttons) > 1)
