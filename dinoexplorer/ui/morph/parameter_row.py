"""One number of an easing or a path: its title, a slider and its exact value."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.latent_panel.value_slider import ValueSlider

_TITLE = 78


class ParameterRow(QWidget):
    """`moved` comes while the slider is dragged, `settled` when it is let go, and at once from keys and typing.

    A double click on the slider puts the number back to its default. More than the slider covers can be typed.
    """

    moved = Signal()
    settled = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self.value = parameter.default
        title = QLabel(parameter.title, self)
        title.setFixedWidth(_TITLE)
        self.slider, self.box = ValueSlider(self), ValueBox(self)
        self.slider.set_bounds(parameter.least, parameter.most, parameter.default)
        for widget in (title, self.slider, self.box):
            widget.setToolTip(parameter.about)
        self.slider.setAccessibleName(f"{parameter.title} slider")
        self.box.setAccessibleName(f"{parameter.title} value")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget, stretch in ((title, 0), (self.slider, 1), (self.box, 0)):
            row.addWidget(widget, stretch)
        self.slider.value_dragged.connect(self._on_dragged)
        self.slider.drag_ended.connect(self.settled)
        self.slider.reset_asked.connect(self._on_reset)
        self.box.value_typed.connect(self._on_typed)
        for control in (self.slider, self.box):
            control.nudged.connect(self._on_nudged)
        self.show_value(parameter.default)

    def show_value(self, value: float) -> None:
        """Show a number, silently."""
        self.value = value
        if not self.slider.isSliderDown():
            self.slider.set_value(value, locked=False)
        self.box.set_value(value)

    @Slot(float)
    def _on_dragged(self, value: float) -> None:
        self.value = self._parameter.bounded(value)
        self.box.set_value(self.value)
        self.moved.emit()
        if not self.slider.isSliderDown():  # a screen reader moves it without holding it
            self.settled.emit()

    @Slot(float)
    def _on_typed(self, value: float) -> None:
        self._settle(value)

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        step = max(abs(steps), 1.0) if self._parameter.whole else abs(steps)  # of a count there is no tenth
        self._settle(self._parameter.bounded(self.value + math.copysign(step, steps) * self._parameter.step))

    @Slot()
    def _on_reset(self) -> None:
        self.slider.end_drag()
        self._settle(self._parameter.default)

    def _settle(self, value: float) -> None:
        self.show_value(value)
        self.moved.emit()
        self.settled.emit()
