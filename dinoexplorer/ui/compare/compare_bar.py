"""The row above the grid: add, what all are asked for, save, and leave."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.comparing.subjects import Way
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided, foreign_label

_NAME_WIDTH = 130
_WAYS: dict[Way, tuple[str, str]] = {
    "code": ("Same code", "All decode the code of the main one, as far as their codes are as long."),
    "picture": ("Same picture", "Each turns the picture into a code of its own and decodes that."),
}
SHOWN, FILE = "shown", "file"
SHEET, TABLE = "sheet", "table"


class CompareBar(QWidget):
    """Tells what was chosen. The menu of what can be added is filled by its owner when `add_wanted` is told."""

    add_wanted = Signal()
    way_chosen = Signal(str)
    original_chosen = Signal(str)  # SHOWN or FILE
    saving_chosen = Signal(str)  # SHEET or TABLE

    def __init__(self, end: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add = MenuButton("add", "Add a checkpoint", self)
        self.add.setText("Add")
        self.add.setToolTip("Add a checkpoint beside this one (Shift+C)")
        self.add.choices().aboutToShow.connect(self.add_wanted)
        self.ways: dict[Way, IconButton] = {}
        for way, (text, _) in _WAYS.items():
            button = self.ways[way] = IconButton("", text, self, text=text)
            button.setCheckable(True)
            button.setObjectName(way)
            button.clicked.connect(self._on_way_clicked)
        self.original = MenuButton("", "Which picture", self)
        for name, text in ((SHOWN, "The picture that is shown"), (FILE, "A picture file…")):
            self.original.choices().addAction(text).setData(name)
        self.original.choices().triggered.connect(self._on_original_triggered)
        self.save = MenuButton("save", "Save the comparison", self)
        self.save.setText("Save")
        self.save.setToolTip("Save the comparison (Alt+C)")
        for name, text in ((SHEET, "These pictures on one sheet…"), (TABLE, "A table of runs…")):
            self.save.choices().addAction(text).setData(name)
        self.save.choices().triggered.connect(self._on_save_triggered)
        leave = IconButton("close", "End comparing", self)
        leave.follow(end)
        leave.setCheckable(False)
        self._note = foreign_label(self)
        self._note.setProperty("role", "small")
        self._note.setWordWrap(True)
        row = QWidget(self)
        flow = FlowLayout(row, gap=6)
        for widget in (self.add, *self.ways.values(), self.original, self.save, leave):
            flow.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(2)
        column.addWidget(row)
        column.addWidget(self._note)
        self.set_original("")

    @property
    def note(self) -> str:
        """What is said below the buttons."""
        return self._note.text()

    def set_way(self, way: Way, reasons: dict[Way, str]) -> None:
        """Mark a way; one that has a reason against it cannot be chosen, and says so."""
        for name, button in self.ways.items():
            button.setChecked(name == way)
            reason = reasons.get(name, "")
            button.setEnabled(not reason)
            button.setToolTip(reason or _WAYS[name][1])
            button.setAccessibleDescription(button.toolTip())
        self.original.setVisible(way == "picture")
        others = [reason for name, reason in reasons.items() if reason]
        self._note.setText(" ".join(others))
        self._note.setVisible(bool(others))

    def set_original(self, name: str, tip: str = "") -> None:
        """Show which picture is compared; an empty name is the one that is shown."""
        text = name or "as shown"
        self.original.setText(as_label(elided(text, self.original.fontMetrics(), _NAME_WIDTH)))
        self.original.setToolTip(as_tool_tip(tip or "Which picture all bring back"))
        self.original.setAccessibleDescription(text)
        self.original.updateGeometry()

    def fill_add(self, groups: list[list[tuple[str, Path]]], room: int, *, run: bool) -> dict[str, QAction]:
        """Offer these checkpoints, with ``run`` all of the run at once, and a file."""
        menu = self.add.choices()
        menu.clear()
        found: dict[str, QAction] = {}
        if run:
            found["run"] = menu.addAction("All checkpoints of this run")
            found["run"].setToolTip("At most nine, evenly chosen; the last is among them.")
            menu.addSeparator()
        for group in groups:
            for text, path in group:
                action = menu.addAction(as_label(text))
                action.setData(str(path))
                action.setToolTip(as_tool_tip(str(path)))
            if group:
                menu.addSeparator()
        found["file"] = menu.addAction("From a file…")
        for action in menu.actions():
            if room <= 0 and not action.isSeparator():
                action.setEnabled(False)
                action.setToolTip("Nine are the most; remove one first.")
        return found

    @Slot()
    def _on_way_clicked(self) -> None:
        self.way_chosen.emit(self.sender().objectName())

    @Slot(QAction)
    def _on_original_triggered(self, action: QAction) -> None:
        self.original_chosen.emit(str(action.data()))

    @Slot(QAction)
    def _on_save_triggered(self, action: QAction) -> None:
        self.saving_chosen.emit(str(action.data()))
