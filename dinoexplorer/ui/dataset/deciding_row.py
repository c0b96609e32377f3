"""What can be done with the selected pictures of a dataset: leave out, take, put into a class, look at, undo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.train.text_control import HEIGHT


class DecidingRow(QWidget):
    """Buttons are on where they mean something; F2 goes to the field for the class."""

    leave_out = Signal()
    take = Signal()
    relabel = Signal(str)
    open_wanted = Signal()
    map_wanted = Signal()
    place_wanted = Signal()
    undo = Signal()
    redo = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QLabel(self)
        self.count.setProperty("role", "small")
        self.leave_out_button = IconButton("close", "Leave the selected pictures out (Delete)", self, text="Leave out")
        self.take_button = IconButton("tick", "Take the selected pictures (Insert)", self, text="Take")
        self.open_button = IconButton("fullscreen", "Show it large, beside its original (Return)", self, text="Open")
        self.map_button = IconButton("atlas_points", "Show the selected on the latent map", self, text="On map")
        self.place_button = IconButton(
            "search",
            "Find the place whose picture is most like it, in the model that is open (I)",
            self,
            text="Its place",
        )
        self.undo_button = IconButton("undo", "Take the last decision back (Ctrl+Z)", self)
        self.redo_button = IconButton("redo", "Decide it again (Ctrl+Y)", self)
        self.label = QLineEdit(self, placeholderText="class (F2)")
        self.label.setAccessibleName("Class of the selected pictures")
        self.label.setToolTip("Type a class and press Return to put the selected pictures into it; empty for none")
        self.label.setMinimumHeight(HEIGHT)
        self.label.setFixedWidth(160)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.label.setCompleter(completer)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (
            self.leave_out_button, self.take_button, self.label, self.open_button, self.map_button, self.place_button
        ):  # fmt: skip
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.count)
        for button in (self.undo_button, self.redo_button):
            row.addWidget(button)
        self.leave_out_button.clicked.connect(self.leave_out)
        self.take_button.clicked.connect(self.take)
        self.open_button.clicked.connect(self.open_wanted)
        self.map_button.clicked.connect(self.map_wanted)
        self.place_button.clicked.connect(self.place_wanted)
        self.undo_button.clicked.connect(self.undo)
        self.redo_button.clicked.connect(self.redo)
        self.label.returnPressed.connect(self._on_return)

    def show_selection(self, count: int, label: str) -> None:
        """Follow what is selected: how many, and the class that all have in common, if one is."""
        self.count.setText(f"{count:,} selected" if count else "")
        for widget in (self.leave_out_button, self.take_button, self.open_button, self.map_button, self.label):
            widget.setEnabled(count > 0)
        self.place_button.setEnabled(count == 1)
        if not self.label.hasFocus():
            self.label.setText(label)

    def show_steps(self, *, can_undo: bool, can_redo: bool) -> None:
        """Follow what can be taken back."""
        self.undo_button.setEnabled(can_undo)
        self.redo_button.setEnabled(can_redo)

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these while a class is typed."""
        self._names.setStringList([name for name in names if name])

    def start_label(self) -> None:
        """Let a person type a class."""
        if self.label.isEnabled():
            self.label.setFocus()
            self.label.selectAll()

    @Slot()
    def _on_return(self) -> None:
        self.relabel.emit(self.label.text().strip())
