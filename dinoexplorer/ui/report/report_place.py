"""The place Report: pages about one checkpoint and about several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.ui.report.report_page import ReportPage
from dinoexplorer.ui.tab_row import TabRow

_ONE = "one"


class ReportPlace(QWidget):
    """A stack of pages; the tabs are there when there is more than one."""

    report_kept = Signal(object)  # Path of the folder of a report that was made or has grown
    told = Signal(str)  # for the status line

    def __init__(self, parent: QWidget | None = None, command: Sequence[str] | None = None) -> None:
        super().__init__(parent)
        self.tabs = TabRow(self)
        self.tabs.hide()
        self.stack = QStackedWidget(self)
        self._pages: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.page = ReportPage(self, command)
        self.page.report_kept.connect(self.report_kept)
        self.page.told.connect(self.told)
        self.add_page(_ONE, "One", self.page)

    def add_page(self, name: str, title: str, widget: QWidget) -> None:
        """Put a page behind the others."""
        self._pages[name] = widget
        self.stack.addWidget(widget)
        self.tabs.add(name, title).clicked.connect(partial(self._on_tab, name))
        self.tabs.setVisible(len(self._pages) > 1)
        self.tabs.mark(next(name for name, page in self._pages.items() if page is self.stack.currentWidget()))

    def show_page(self, name: str) -> None:
        """Show a page by its name."""
        self.stack.setCurrentWidget(self._pages[name])
        self.tabs.mark(name)

    def show_report(self, folder: Path) -> None:
        """Show a report that was kept."""
        self.show_page(_ONE)
        self.page.show_report(folder)

    def close_down(self) -> None:
        """End the threads and the evaluation."""
        for page in self._pages.values():
            close = getattr(page, "close_down", None)
            if close is not None:
                close()

    @Slot()
    def _on_tab(self, name: str, *_checked: bool) -> None:
        self.show_page(name)
