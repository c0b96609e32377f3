"""The rows of a tool below the picture: its buttons, what it says, and how far it has come."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine


class ShapingBar(QWidget):
    """Buttons in as many lines as they need, below them a line of words with the way out."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(action.text())
        self._said, self._line = ElidedLabel(60, self), ProgressLine(self)
        self._said.setProperty("role", "small")
        self._said.setMinimumHeight(self._said.fontMetrics().height() + 2)
        self.leave = IconButton("close", "Leave", self)
        self.leave.setToolTip("Leave (Esc); the picture stays as it is now")
        self._line.setFixedWidth(96)
        self._row = QWidget(self)
        self._flow = FlowLayout(self._row, gap=6)
        self._words = QHBoxLayout()
        self._words.setSpacing(6)
        for widget, stretch in ((self._said, 1), (self._line, 0), (self.leave, 0)):
            self._words.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._row)
        column.addLayout(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._line.hide()
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._said.text()

    def add(self, *widgets: QWidget) -> None:
        """Put these at the end of the row."""
        for widget in widgets:
            widget.setParent(self._row)
            self._flow.addWidget(widget)

    def add_below(self, *widgets: QWidget) -> None:
        """Put these before the words."""
        for place, widget in enumerate(widgets):
            self._words.insertWidget(place, widget)

    def say(self, text: str, *, aloud: bool = False) -> None:
        """Show what there is to say; ``aloud`` has it read out."""
        self._said.show_text(text)
        if aloud:
            announce(self._said, text)

    def show_share(self, share: float | None) -> None:
        """Show how far it has come, 0 to 1; None when nothing is under way."""
        self._line.setVisible(share is not None)
        self._line.set_share(share or 0.0)
