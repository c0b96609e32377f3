"""One amount with its name, a slider and its exact value."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.latent_panel.value_slider import ValueSlider
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided, foreign_label

NAME_WIDTH = 78


class AmountRow(QWidget):
    """An amount between 0 and ``most``; the slider covers it up to ``reach``, more can be typed.

    `edited` comes between `began` and `ended` while the slider is dragged, and alone otherwise. A double click puts it
    back to ``rest``. With ``pressable`` the name is a button.
    """

    began = Signal()
    edited = Signal(float)
    ended = Signal()
    name_clicked = Signal()

    def __init__(
        self,
        name: str,
        reach: float,
        parent: QWidget | None = None,
        *,
        most: float | None = None,
        rest: float = 0.0,
        name_width: int = NAME_WIDTH,
        pressable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._most, self._rest, self._step, self._value = reach if most is None else most, rest, reach / 20, rest
        self._name: IconButton | QLabel = self._build_name() if pressable else foreign_label(self)
        self._name_width = name_width
        self.slider, self.box = ValueSlider(self), ValueBox(self)
        self.slider.set_bounds(0.0, reach, rest)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        room = QWidget(self)
        room.setFixedWidth(name_width)
        cell = QHBoxLayout(room)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addWidget(self._name)
        cell.addStretch()
        for widget, stretch in ((room, 0), (self.slider, 1), (self.box, 0)):
            row.addWidget(widget, stretch)
        self.slider.drag_began.connect(self.began)
        self.slider.drag_ended.connect(self.ended)
        self.slider.value_dragged.connect(self._on_given)
        self.box.value_typed.connect(self._on_given)
        for control in (self.slider, self.box):
            control.nudged.connect(self._on_nudged)
        self.box.returnPressed.connect(self.slider.setFocus)  # the window's single-letter keys work again
        self.slider.reset_asked.connect(self._on_reset)
        self.set_name(name)
        self.show_value(rest)

    def set_name(self, name: str, about: str = "") -> None:
        """Call the amount something; ``about`` says what a press on the name does."""
        self.name = name
        text = elided(name, self._name.fontMetrics(), self._name_width - 12)
        self._name.setText(as_label(text) if isinstance(self._name, IconButton) else text)
        for widget, what in ((self._name, ""), (self.slider, " slider"), (self.box, " value")):
            widget.setAccessibleName(f"{name}{what}")
        self._name.setToolTip(as_tool_tip(about or name))

    def _build_name(self) -> IconButton:
        button = IconButton("", "", self, text=" ")
        button.setProperty("labelled", None)
        button.setProperty("quiet", True)
        button.clicked.connect(self.name_clicked)
        return button

    def explain(self, about: str) -> None:
        """Say what the amount means, under the pointer."""
        self.setToolTip(about)
        self.slider.setToolTip(about)

    def value(self) -> float:
        """The amount that is shown."""
        return self._value

    def show_value(self, value: float) -> None:
        """Show an amount, silently."""
        self._value = value
        if not self.slider.isSliderDown():
            self.slider.set_value(value, locked=False)
        self.box.set_value(value)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), 32)

    @Slot(float)
    def _on_given(self, value: float) -> None:
        self._value = min(max(value, 0.0), self._most)
        self.box.set_value(self._value)
        self.slider.set_value(self._value, locked=False)
        self.edited.emit(self._value)

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        self._on_given(self._value + steps * self._step)

    @Slot()
    def _on_reset(self) -> None:
        self.ended.emit()
        self._on_given(self._rest)
