"""What the history strip asks for, done to the document, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.history import Entry
from dinoexplorer.document.standing import Standing
from dinoexplorer.ui.history.history_strip import HistoryStrip

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

TAB = "history"


class HistoryDesk(QObject):
    """Keeps the tab History of the tray in line with the document while it is seen."""

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction]) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._shown: tuple[Entry[Standing], ...] = ()
        self._present: Entry[Standing] | None = None
        self.strip = HistoryStrip(explorer.thumbnailer, explorer.tray)
        explorer.tray.add(TAB, "History", self.strip)
        explorer.tray.tabs.buttons[TAB].setToolTip(actions["history"].toolTip())
        explorer.tray.shown.connect(self._follow)
        explorer.document_changed.connect(self._follow)
        self.strip.go_wanted.connect(self._on_go_wanted)

    @Slot()
    def toggle(self) -> None:
        """Show the tab, or put it away."""
        tray = self._explorer.tray
        tray.toggle_tab(TAB)
        if tray.opened:
            self.strip.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _follow(self) -> None:
        document, tray = self._explorer.document, self._explorer.tray
        if document is None or not tray.opened or tray.current != TAB:
            return
        entries, present = document.entries, document.entry
        if present is not self._present or entries != self._shown:
            self._shown, self._present = entries, present
            self.strip.show_entries(entries, present)

    @Slot(int)
    def _on_go_wanted(self, number: int) -> None:
        self._explorer.settle()
        if self._explorer.document is not None:
            self._explorer.document.jump(number)
