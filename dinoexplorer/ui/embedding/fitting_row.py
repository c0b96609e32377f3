"""Whether the model is to be fitted to a picture, and what that costs."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import size_text
from dinoexplorer.ui.train.tick_box import TickBox

_PRICE = "Much nearer for some seconds more: opens a copy of the model ({size}), bent a little; the original stays."


class FittingRow(QWidget):
    """On at first where it can be; what a person has chosen stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = True
        self.box = TickBox("Fit the model to it as well", self)
        self.price = foreign_label(self)
        self.price.setProperty("role", "small")
        self.price.setWordWrap(True)
        self.price.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.box)
        row.addWidget(self.price, 1)
        self.box.clicked.connect(self._on_clicked)
        self.offer(0, "")

    def offer(self, size: int, refusal: str) -> None:
        """Say what it costs for a checkpoint of so many bytes, or in a sentence why it cannot be."""
        self.box.setEnabled(not refusal)
        self.box.setChecked(self._wanted and not refusal)
        self.price.setText(refusal or _PRICE.format(size=size_text(size)))
        self.box.setAccessibleDescription(self.price.text())

    @Slot(bool)
    def _on_clicked(self, wanted: bool) -> None:
        self._wanted = wanted
