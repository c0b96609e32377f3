"""The overview of keys and gestures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.ui.actions import COMMANDS, shown_keys
from dinoexplorer.ui.icon_button import IconButton

GESTURES = (
    ("drag on the map", "Steer: the picture follows. Arrow keys do it in small steps."),
    ("wheel, right drag", "Zoom the map at the pointer, and move it."),
    ("hover a point", "See which image lies there."),
    ("drag a slider", "Change one value. A double click puts it back."),
    ("Shift, Alt + arrows", "Ten times as far, a tenth as far."),
    ("drop a file", "Open it."),
)


_TEXT_WIDTH = 260


class ShortcutsDialog(QDialog):
    """Every key and every gesture on one page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        entries = [(" or ".join(shown_keys(command)), command.help) for command in COMMANDS] + list(GESTURES)
        half = -(-len(entries) // 2)
        for index, (keys, text) in enumerate(entries):
            row, column = index % half, 3 * (index // half)
            key, line = QLabel(keys, self), QLabel(text, self)
            key.setObjectName("key")
            line.setWordWrap(True)
            line.setFixedWidth(_TEXT_WIDTH)
            line.setMinimumHeight(line.heightForWidth(_TEXT_WIDTH) + 2)
            grid.addWidget(key, row, column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(line, row, column + 1)
        grid.setColumnMinimumWidth(2, 16)
        close = IconButton("", "Close", self, text="Close")
        close.clicked.connect(self.accept)
        title = QLabel("Keyboard and mouse", self)
        title.setProperty("role", "title")
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(24, 24, 24, 16)
        column_layout.setSpacing(16)
        column_layout.addWidget(title)
        column_layout.addLayout(grid)
        column_layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
