"""The settings in which runs differ, a column for each run, below what came of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from dinoexplorer.runs.comparing import differing
from dinoexplorer.runs.views import RunDetail
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.run_legend import mark_icon
from dinoexplorer.ui.train.run_states import judged_name, state_text

_WIDTH = 150


class CompareSettings(QWidget):
    """Says so when there is no difference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = foreign_label(self)
        self._note.setProperty("role", "muted")
        self.table = QTableWidget(self)
        self.table.setAccessibleName("Settings that differ")
        self.table.setFrameShape(QTableWidget.Shape.NoFrame)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setDefaultSectionSize(_WIDTH)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.table.verticalHeader().setHighlightSections(False)
        self.table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        self._rows: dict[str, tuple[str, ...]] = {}
        self._titles: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What is said above the table."""
        return self._note.text()

    def set_details(self, details: Sequence[RunDetail]) -> None:
        """Show in what these runs differ."""
        keys = differing(details)
        number = f"{len(keys)} settings differ." if len(keys) != 1 else "One setting differs."
        self._note.setText(number if keys else "These runs have the same settings.")
        rows = {
            **_best(details),
            "Images seen": tuple(f"{detail.row.images_seen:,}" for detail in details),
            "State": tuple(state_text(detail.row) for detail in details),
            "Recipe": tuple(detail.row.recipe for detail in details),
            **{key: tuple(setting_text(detail.settings, key) for detail in details) for key in keys},
        }
        titles = tuple(detail.row.title for detail in details)
        if (rows, titles) != (self._rows, self._titles):
            self._rows, self._titles = rows, titles
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_titles"):
            self._fill()

    def _fill(self) -> None:
        table = self.table
        table.setRowCount(len(self._rows))
        table.setColumnCount(len(self._titles))
        for slot, title in enumerate(self._titles):
            head = QTableWidgetItem(mark_icon(slot, self.palette(), self.devicePixelRatioF()), title)
            head.setToolTip(as_tool_tip(title))
            table.setHorizontalHeaderItem(slot, head)
        table.setVerticalHeaderLabels(list(self._rows))
        for place, texts in enumerate(self._rows.values()):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(as_tool_tip(text))
                table.setItem(place, column, item)


def _best(details: Sequence[RunDetail]) -> dict[str, tuple[str, ...]]:
    """The best value of each run, a row for each figure by which some of them judge."""
    return {
        f"Best {judged_name(judged)}": tuple(
            short_number(detail.row.best if detail.row.judged == judged else math.nan) for detail in details
        )
        for judged in dict.fromkeys(detail.row.judged for detail in details)
    }


def setting_text(settings: Mapping[str, Any], key: str) -> str:
    """A setting as a person reads it; a dash for one that the run does not have."""
    if key not in settings:
        return "–"
    value = settings[key]
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"
