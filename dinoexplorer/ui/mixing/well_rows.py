"""What is in the mix: each picture's name, its exact weight, and a button that takes it out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from dinoexplorer.latent.mix import MOST, Mix
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.texts import as_tool_tip, elided, foreign_label

_STEP = 0.05


class WellRows(QWidget):
    """A row for each of at most nine; those that are not needed are hidden."""

    weight_given = Signal(int, float)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.setColumnStretch(0, 1)
        self.names = [foreign_label(self) for _ in range(MOST)]
        self.boxes = [ValueBox(self) for _ in range(MOST)]
        self.buttons = [IconButton("close", "Take out of the mix", self) for _ in range(MOST)]
        for index, row in enumerate(zip(self.names, self.boxes, self.buttons, strict=True)):
            for column, widget in enumerate(row):
                grid.addWidget(widget, index, column)
                widget.hide()
            self.names[index].setMinimumWidth(40)
            self.boxes[index].value_typed.connect(partial(self.weight_given.emit, index))
            self.boxes[index].nudged.connect(partial(self._on_nudged, index))
            self.buttons[index].clicked.connect(partial(self._on_removed, index))

    def show_mix(self, mix: Mix) -> None:
        """Show the names and the weights."""
        for index, (name, box, button) in enumerate(zip(self.names, self.boxes, self.buttons, strict=True)):
            there = index < len(mix)
            for widget in (name, box, button):
                widget.setVisible(there)
            box.setEnabled(len(mix) > 1)
            if there:
                text = mix.named[index][0]
                name.setText(elided(text, name.fontMetrics(), 150))
                name.setToolTip(as_tool_tip(text))
                box.set_value(float(mix.weights[index]))
                box.setAccessibleName(f"Weight of {text}")
                box.setToolTip("From 0 to 1; the others share the rest")
                button.setAccessibleName(f"Take {text} out of the mix")

    def _on_nudged(self, index: int, steps: float) -> None:
        self.weight_given.emit(index, self.boxes[index].value() + steps * _STEP)

    def _on_removed(self, index: int, *_checked: object) -> None:
        self.removed.emit(index)
