"""Yes or no."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.train.setting_text import NO, YES
from dinoexplorer.ui.train.text_control import mark
from dinoexplorer.ui.train.tick_box import TickBox


class SwitchControl(TickBox):
    """A box to tick; the word beside it says the same."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(NO, parent)
        self.clicked.connect(self._on_clicked)

    def show_text(self, text: str) -> None:
        """Show yes or no, silently."""
        self.setChecked(text == YES)
        self.setText(text)
        self.updateGeometry()

    def set_wrong(self, wrong: bool) -> None:
        """Mark the answer as wrong."""
        mark(self, wrong)

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.setText(YES if checked else NO)
        self.updateGeometry()
        self.edited.emit(self.text())
