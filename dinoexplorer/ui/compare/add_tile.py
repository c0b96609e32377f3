"""Where the second generator will stand: how to choose it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label


class AddTile(QWidget):
    """An empty place with an outline."""

    add_wanted = Signal()
    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        add = IconButton("add", "Add a checkpoint", self, text="Add a checkpoint")
        add.setProperty("primary", True)
        add.clicked.connect(self.add_wanted)
        self.run_button = IconButton("", "All checkpoints of this run", self, text="All checkpoints of this run")
        self.run_button.clicked.connect(self.run_wanted)
        self.run_button.hide()
        text = foreign_label(self)
        text.setText("Or drop a file here, or the folder of a run.")
        text.setProperty("role", "small")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch()
        for button in (add, self.run_button):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(text)
        column.addStretch()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)
        painter.end()
