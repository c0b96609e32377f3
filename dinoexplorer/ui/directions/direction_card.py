"""One direction: its name, its slider in standard deviations, and what lies along it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Direction
from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.layers import Chosen
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.directions.direction_slider import DirectionSlider
from dinoexplorer.ui.directions.direction_words import words_of
from dinoexplorer.ui.directions.name_field import NameField
from dinoexplorer.ui.directions.place_strip import STEPS, PlaceStrip
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.layer_choice import LayerChoice
from dinoexplorer.ui.texts import as_tool_tip, foreign_label

_NUDGE = 0.1  # of a standard deviation


class DirectionCard(QFrame):
    """Shows where we stand along a direction, and asks to move."""

    drag_began = Signal()
    drag_ended = Signal()
    dragged = Signal(int, float)  # key, value: to be counted from where the drag began
    value_given = Signal(int, float)
    renamed = Signal(int, str)
    shifted = Signal(int, int)  # key, how many places
    removed = Signal(int)
    layers_chosen = Signal(int, object)
    folded = Signal(int, bool)

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.direction: Direction | None = None
        self._acting: Direction | None = None  # what it does in the layers that it acts on
        self._value = 0.0
        self.fold = IconButton("folded", "Show the pictures along it", self, checked_icon="chevron")
        self.fold.setProperty("quiet", True)
        self.name, self.slider, self.box = NameField(self), DirectionSlider(self), ValueBox(self)
        self.strip, self.words = PlaceStrip(thumbnailer, self), foreign_label(self)
        self.words.setProperty("role", "small")
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.layers = LayerChoice("Layers", self)
        self.more = IconButton("dots", "More", self)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = self._new_menu()
        self.more.setMenu(self.menu)
        self.fold.setChecked(True)
        self._lay_out()
        self.fold.toggled.connect(self._on_fold_toggled)
        self.name.renamed.connect(self._on_renamed)
        self.slider.drag_began.connect(self.drag_began)
        self.slider.drag_ended.connect(self.drag_ended)
        self.slider.value_dragged.connect(self._on_dragged)
        self.slider.nudged.connect(self._on_nudged)
        self.slider.reset_asked.connect(self._on_reset_asked)
        self.box.value_typed.connect(self._on_value_given)
        self.box.nudged.connect(self._on_nudged)
        self.box.returnPressed.connect(self._on_return_pressed)
        self.strip.chosen.connect(self._on_step_chosen)
        self.layers.chosen.connect(self._on_layers_chosen)

    @property
    def key(self) -> int:
        """Of the direction that is shown."""
        return -1 if self.direction is None else self.direction.key

    @property
    def held(self) -> bool:
        """Whether the slider is under a hand."""
        return self.slider.isSliderDown()

    def bind(self, direction: Direction, spec: LatentSpec | None = None) -> None:
        """Show this direction of a space."""
        self.direction = direction
        self._acting = direction if spec is None else direction.within(spec)
        self.layers.set_spec(spec)
        if direction.layers is not None:
            self.layers.show_layers(direction.layers)
        self.layers.setToolTip(as_tool_tip(f"Which layers of the network {direction.name} acts on"))
        self.name.set_name(direction.name)
        self.words.setText(words_of(direction))
        self.words.setVisible(bool(self.words.text()))
        named = (
            (self.name, "name"), (self.slider, "slider"), (self.box, "value"), (self.more, "menu"),
            (self.layers, "layers"),
        )  # fmt: skip
        for widget, what in named:
            widget.setAccessibleName(f"{direction.name} {what}")
        told = f"{direction.name}, in standard deviations from the mean of the data. A double click puts it back to 0."
        self.slider.setToolTip(as_tool_tip(told))
        self.more.setToolTip("Rename, move or remove")

    def place(self, code: FloatArray, origin: FloatArray) -> float:
        """How many units a code lies from ``origin`` along it, in the layers that it acts on."""
        return 0.0 if self._acting is None else self._acting.place(code, origin)

    def show_value(self, value: float) -> None:
        """Show where we stand along it, silently."""
        self._value = value
        if not self.held:
            self.slider.set_value(value, locked=False)
        self.box.set_value(value)

    def show_around(self, code: FloatArray) -> None:
        """Show what lies along it around ``code``."""
        direction = self._acting
        if direction is not None:
            self.strip.show_codes(tuple(direction.moved(code, step) if step else code for step in STEPS))

    def set_folded(self, folded: bool) -> None:
        """Show the pictures, or not."""
        self.fold.setChecked(not folded)

    def controls(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through."""
        return self.fold, self.name, self.more, self.slider, self.box, self.layers

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_F2:
            self.start_naming()
        elif steps and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.shifted.emit(self.key, steps)
        else:
            super().keyPressEvent(event)

    @Slot()
    def start_naming(self) -> None:
        """Let a person type another name."""
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction("Rename\tF2", self.start_naming)
        menu.addAction("Move up", partial(self._shift, -1))
        menu.addAction("Move down", partial(self._shift, 1))
        menu.addSeparator()
        menu.addAction("Remove", self._remove)
        return menu

    def _lay_out(self) -> None:
        head, line = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.fold)
        head.addWidget(self.name, 1)
        head.addWidget(self.more)
        line.setSpacing(6)
        line.addWidget(self.slider, 1)
        line.addWidget(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addLayout(line)
        column.addWidget(self.layers, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.strip)
        column.addWidget(self.words)

    @Slot(object)
    def _on_layers_chosen(self, layers: Chosen) -> None:
        self.layers_chosen.emit(self.key, layers)

    def _shift(self, places: int) -> None:
        self.shifted.emit(self.key, places)

    def _remove(self) -> None:
        self.removed.emit(self.key)

    @Slot(bool)
    def _on_fold_toggled(self, shown: bool) -> None:
        self.strip.setVisible(shown)
        self.folded.emit(self.key, not shown)

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        self.renamed.emit(self.key, name)

    @Slot(float)
    def _on_dragged(self, value: float) -> None:
        self.dragged.emit(self.key, value)

    @Slot(float)
    def _on_value_given(self, value: float) -> None:
        self.value_given.emit(self.key, value)

    @Slot(float)
    def _on_nudged(self, steps: float) -> None:
        self._on_value_given(self._value + steps * _NUDGE)

    @Slot(float)
    def _on_step_chosen(self, step: float) -> None:
        self._on_value_given(self._value + step)

    @Slot()
    def _on_reset_asked(self) -> None:
        self.drag_ended.emit()
        self._on_value_given(0.0)

    @Slot()
    def _on_return_pressed(self) -> None:
        # Typing is over: the window's single-letter keys shall work again, and the arrows move the same value.
        self.slider.setFocus(Qt.FocusReason.OtherFocusReason)
