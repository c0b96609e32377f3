"""A line over the gallery while codes are read, with a way to stop."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

_PATIENCE = 250  # what is quicker is not worth a line


class ReadingBar(QFrame):
    """Shown only while something takes its time."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hover_card")
        self._text, self.stop = foreign_label(self), IconButton("", "Stop reading", self, text="Cancel")
        self.stop.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(12)
        for widget in (self._text, ThinBar(self), self.stop):
            row.addWidget(widget)
        self._wait = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._wait.timeout.connect(self.show)
        self.hide()

    @Slot(str)
    def tell(self, what: str) -> None:
        """Say in a moment what is being read; nothing when it is empty."""
        if not what:
            self._wait.stop()
            self.hide()
            return
        self._text.setText(f"Reading {what}…")
        self._wait.start()
