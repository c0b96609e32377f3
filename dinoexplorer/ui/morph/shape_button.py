"""The button beside an easing or a path that brings up its numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.shape_popup import ShapePopup, parameters_of


class ShapeButton(IconButton):
    """There only where the easing or the path has numbers."""

    changed = Signal(str)

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        """``what`` is "easing" or "path"."""
        super().__init__("tune", f"Shape of the {what}", parent)
        self.setToolTip(f"Change the numbers of this {what}")
        self._what = what
        self.popup = ShapePopup(what, self)
        self.popup.changed.connect(self.changed)
        self.clicked.connect(self.come_up)

    def show_text(self, text: str, *, there: bool) -> None:
        """Be about an easing or a path; hidden where the keyframe has none."""
        self.popup.show_text(text)
        self.setVisible(there and bool(parameters_of(text, self._what)[1]))

    @Slot()
    def come_up(self) -> None:
        """Bring up the numbers."""
        self.popup.come_up(self)
