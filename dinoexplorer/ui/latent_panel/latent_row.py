"""One dimension: importance and name, slider, exact value, padlock."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.latent_panel.value_slider import ValueSlider
from dinoexplorer.ui.texts import as_tool_tip, elided, foreign_label

HEIGHT = 32
NAME_WIDTH = 40


class LatentRow(QWidget):
    """Shows whichever dimension it is bound to; the list binds a few rows to hundreds of dimensions in turn."""

    drag_began = Signal()
    drag_ended = Signal()
    value_edited = Signal(int, float)
    lock_toggled = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.dimension = -1
        self._mean, self._step, self._importance, self._value = 0.0, 0.1, 0.0, 0.0
        self._name = foreign_label(self)
        self._name.setFixedWidth(NAME_WIDTH)
        self.slider, self.box = ValueSlider(self), ValueBox(self)
        self.lock = IconButton("unlock", "Lock", self, checked_icon="lock")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self._name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        row.addWidget(self.lock)
        self.slider.drag_began.connect(self.drag_began)
        self.slider.drag_ended.connect(self.drag_ended)
        self.slider.value_dragged.connect(self._on_value_given)
        self.box.value_typed.connect(self._on_value_given)
        self.slider.nudged.connect(self._on_nudged)
        self.box.nudged.connect(self._on_nudged)
        self.box.returnPressed.connect(self._on_return_pressed)
        self.slider.reset_asked.connect(self._on_reset_asked)
        self.lock.clicked.connect(self._on_lock_clicked)

    def bind(self, spec: LatentSpec, dimension: int, importance: float, about: str = "") -> None:
        """Show dimension ``dimension`` from now on; ``importance`` is its share of the most important one's.

        With ``about``, which says what it is, it is no dimension of the code, and cannot be locked.
        """
        self.slider.end_drag()
        name = spec.name(dimension)
        self.dimension, self._importance = dimension, importance
        self._mean = float(spec.mean[dimension])
        self._step = _round_step(float(spec.std[dimension]) / 10)
        self.box.forget_typing()
        self._name.setText(elided(name, self._name.fontMetrics(), NAME_WIDTH))
        self._name.setToolTip(as_tool_tip(about or _described(spec, dimension)))
        self.slider.set_scale(self._mean, float(spec.std[dimension]))
        for widget, what in ((self.slider, "slider"), (self.box, "value"), (self.lock, "lock")):
            widget.setAccessibleName(f"{name} {what}")
        self.lock.setEnabled(not about)
        locking = f"Lock {name}: random and reset leave it alone"
        self.lock.setToolTip(as_tool_tip("Only dimensions can be locked" if about else locking))
        self.update()

    def show_value(self, value: float, *, locked: bool) -> None:
        """Show the present value, silently."""
        self._value = value
        if not self.slider.isSliderDown():
            self.slider.set_value(value, locked=locked)
        self.box.set_value(value)
        if self.lock.isChecked() != locked:
            self.lock.setChecked(locked)

    def controls(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through."""
        return self.slider, self.box, self.lock

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._importance <= 0:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(QRectF(12, HEIGHT - 6, NAME_WIDTH - 8, 2))
        painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawRect(QRectF(12, HEIGHT - 6, (NAME_WIDTH - 8) * self._importance, 2))
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().x() < self.slider.x():
            self._on_reset_asked()

    @Slot(float)
    def _on_value_given(self, value: float) -> None:
        self._value = value
        self.value_edited.emit(self.dimension, value)

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        self._on_value_given(self._value + steps * self._step)

    @Slot()
    def _on_return_pressed(self) -> None:
        # Typing is over: the window's single-letter keys shall work again, and the arrows move the same value.
        self.slider.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_reset_asked(self) -> None:
        self.drag_ended.emit()
        self._on_value_given(self._mean)

    @Slot()
    def _on_lock_clicked(self) -> None:
        self.lock_toggled.emit(self.dimension, self.lock.isChecked())


def _described(spec: LatentSpec, dimension: int) -> str:
    known = f"mean {spec.mean[dimension]:.3f}, standard deviation {spec.std[dimension]:.3f}"
    if spec.importance is not None:
        known += f", which changes the picture by {255 * spec.importance[dimension]:.1f} grey levels"
    return f"{spec.name(dimension)}: {known}. A double click puts it back to its mean."


def _round_step(size: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten."""
    if not 0 < size < float("inf"):
        return 0.1
    candidates = [factor * 10.0**power for power in range(-9, 7) for factor in (1, 2, 5)]
    return min(candidates, key=lambda candidate: abs(candidate - size))
