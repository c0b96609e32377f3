"""The reports that were made, each with a tick for whether it is compared."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from dinoexplorer.reports.comparing import Made, ticked_at_first
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.report.tick_delegate import DETAIL, TickDelegate
from dinoexplorer.ui.texts import as_tool_tip

MOST_AT_FIRST = 8
_PLACE = Qt.ItemDataRole.UserRole
_NONE = "No report was made yet. Evaluate a checkpoint on the page One."


class ComparisonList(QWidget):
    """Ticks stay with their reports when the list is read again."""

    changed = Signal()  # other reports are ticked, or they say something else

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made: tuple[Made, ...] = ()
        self._read = False
        self._ticked: frozenset[Path] | None = None
        self.items = QListWidget(self)
        self.items.setObjectName("sources")
        self.items.setAccessibleName("Reports to compare")
        self.items.setItemDelegate(TickDelegate(self.items))
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.all, self.none = (IconButton("", name, self, text=text) for text, name in (
            ("All", "Compare all reports"), ("None", "Compare no report"),
        ))  # fmt: skip
        title = QLabel("Reports", self)
        title.setProperty("role", "heading")
        self._note = QLabel(_NONE, self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "muted")
        self._note.hide()
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self.all)
        row.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self.items, 1)
        self.items.itemChanged.connect(self._on_item_changed)
        self.all.clicked.connect(self._on_all)
        self.none.clicked.connect(self._on_none)

    @property
    def note(self) -> str:
        """What is said where there are no reports, else empty."""
        return self._note.text() if self._note.isVisible() else ""

    @property
    def ticked(self) -> tuple[Made, ...]:
        """What is to be compared, in the order of the list."""
        return tuple(made for made in self._made if made.folder in (self._ticked or ()))

    def set_reports(self, made: Sequence[Made]) -> None:
        """Show these; the first time the newest are ticked that were measured on the same pictures."""
        if self._read and tuple(made) == self._made:
            return
        self._made, self._read = tuple(made), True
        if self._ticked is None and made:
            self._ticked = ticked_at_first(made, MOST_AT_FIRST)
        self.items.blockSignals(True)
        self.items.clear()
        for one in made:
            self.items.addItem(self._item(one))
        self.items.blockSignals(False)
        self._note.setVisible(not made)
        self.items.setVisible(bool(made))
        for button in (self.all, self.none):
            button.setEnabled(bool(made))
        self.changed.emit()

    def tick(self, folders: Iterable[Path]) -> None:
        """Compare these and no others."""
        self._ticked = frozenset(folders)
        self.items.blockSignals(True)
        for row in range(self.items.count()):
            item = self.items.item(row)
            item.setCheckState(_state(item.data(_PLACE) in self._ticked))
        self.items.blockSignals(False)
        self.changed.emit()

    def _item(self, made: Made) -> QListWidgetItem:
        entry = made.entry
        item = QListWidgetItem(entry.label)
        item.setData(DETAIL, f"{entry.family}, {entry.size} px, z = {entry.dim}, {len(entry.figures)} figures")
        item.setData(_PLACE, made.folder)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_state(made.folder in (self._ticked or ())))
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(made.when))
        about = f"{entry.samples:,} samples, seed {entry.seed}, pictures of {entry.source}"
        item.setToolTip(as_tool_tip(f"{entry.checkpoint}\n{about}\nmeasured {when}"))
        return item

    @Slot(QListWidgetItem)
    def _on_item_changed(self, item: QListWidgetItem) -> None:
        ticked = item.checkState() == Qt.CheckState.Checked
        self._ticked = (self._ticked or frozenset()) - {item.data(_PLACE)} | ({item.data(_PLACE)} if ticked else set())
        self.changed.emit()

    @Slot()
    def _on_all(self) -> None:
        self.tick(made.folder for made in self._made)

    @Slot()
    def _on_none(self) -> None:
        self.tick(())


def _state(ticked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
