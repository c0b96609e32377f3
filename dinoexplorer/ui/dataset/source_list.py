"""The sources of a dataset: folders, files, and words for what lies on the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from dinoexplorer.datasets.orders import needs_network
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip
from dinoexplorer.ui.train.text_control import HEIGHT
from dinoexplorer.ui.train.tick_box import TickBox

_ROWS = 3
_HINT = "or type: a path, kaggle:OWNER/NAME, huggingface:NAME, search:WORDS"


class SourceList(QWidget):
    """A list to add to and to take from; sources on the network need a tick of their own."""

    edited = Signal()
    folder_wanted = Signal()
    files_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.list = _Rows(self)
        self.folder_button = IconButton("add", "Add a folder", self, text="Folder…")
        self.files_button = IconButton("add", "Add files: archives, tables, arrays", self, text="Files…")
        self.remove_button = IconButton("close", "Take the selected sources off the list (Delete)", self)
        self.field = QLineEdit(self, placeholderText=_HINT)
        self.field.setAccessibleName("Another source")
        self.field.setToolTip(f"{_HINT}. Return adds it.")
        self.field.setMinimumHeight(HEIGHT)
        self.network = TickBox("Ask the network for these pictures", self)
        self.network.setAccessibleName(self.network.text())
        self.network.setToolTip("Nothing leaves or reaches this machine without this tick.")
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (self.folder_button, self.files_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list)
        column.addLayout(row)
        column.addWidget(self.field)
        column.addWidget(self.network)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.files_button.clicked.connect(self.files_wanted)
        self.remove_button.clicked.connect(self._on_remove)
        self.list.delete_action.triggered.connect(self._on_remove)
        self.list.itemSelectionChanged.connect(self._show_state)
        self.field.returnPressed.connect(self._on_typed)
        self.network.toggled.connect(self.edited)
        self._show_state()

    @property
    def sources(self) -> tuple[str, ...]:
        """What is on the list."""
        return tuple(self.list.item(row).text() for row in range(self.list.count()))

    def set_sources(self, sources: Sequence[str]) -> None:
        """Show these, silently."""
        self.list.clear()
        for source in dict.fromkeys(sources):
            self._append(source)
        self._show_state()

    def add(self, sources: Sequence[str]) -> None:
        """Put these behind those that are there already."""
        new = [source for source in dict.fromkeys(sources) if source.strip() and source not in self.sources]
        for source in new:
            self._append(source)
        if new:
            self._show_state()
            self.edited.emit()

    def _append(self, source: str) -> None:
        item = QListWidgetItem(source, self.list)
        item.setToolTip(as_tool_tip(source))

    @Slot()
    def _on_typed(self) -> None:
        text = self.field.text().strip()
        self.field.clear()
        if text:
            self.add([text])

    @Slot()
    def _on_remove(self) -> None:
        rows = sorted((self.list.row(item) for item in self.list.selectedItems()), reverse=True)
        for row in rows:
            self.list.takeItem(row)
        if rows:
            self._show_state()
            self.edited.emit()

    @Slot()
    def _show_state(self) -> None:
        asks = any(map(needs_network, self.sources))
        self.network.setVisible(asks)
        if not asks and self.network.isChecked():
            self.network.blockSignals(True)
            self.network.setChecked(False)
            self.network.blockSignals(False)
        self.remove_button.setEnabled(bool(self.list.selectedItems()))


class _Rows(QListWidget):
    """The end of a long path is what tells it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sources")
        self.setAccessibleName("Sources")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setFixedHeight(_ROWS * (self.fontMetrics().height() + 8) + 8)
        self.delete_action = QAction("Take off the list", self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.delete_action.trigger()
        else:
            super().keyPressEvent(event)
