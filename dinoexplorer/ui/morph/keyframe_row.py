"""The keyframe that is selected and the segment that leaves it, in fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from dinoexplorer.morph import edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.morph.curves import path_title
from dinoexplorer.ui.morph.easing_choice import EasingChoice
from dinoexplorer.ui.morph.menu_choice import MenuChoice

_NUDGE = 0.1  # seconds
_LONGEST_NAME = 200


class KeyframeRow(QWidget):
    """Name, hold, duration, easing and path; each change is an edit."""

    edited = Signal(object)  # Edit
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline: Timeline | None = None
        self._index = 0
        self.title = QLabel(self)
        self.title.setProperty("role", "small")
        self.name = QLineEdit(self)
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setMaximumWidth(140)
        self.name.setPlaceholderText("Name")
        self.name.setAccessibleName("Name of the keyframe")
        self.name.editingFinished.connect(self._on_named)
        self.hold, self.seconds = _seconds("Seconds it is held", self), _seconds("Seconds of the segment", self)
        self.easing = EasingChoice(self)
        self.path = MenuChoice("Path of the segment", "Where this segment leads through", self)
        self.remove = IconButton("close", "Remove the keyframe", self)
        self.remove.setToolTip("Remove the keyframe; what follows comes earlier")
        self.hold.value_typed.connect(self._on_hold)
        self.seconds.value_typed.connect(self._on_seconds)
        self.hold.nudged.connect(partial(self._on_nudged, self.hold, self._on_hold))
        self.seconds.nudged.connect(partial(self._on_nudged, self.seconds, self._on_seconds))
        self.easing.chosen.connect(partial(self._change_segment, "easing"))
        self.path.chosen.connect(partial(self._change_segment, "path"))
        self.remove.clicked.connect(self._on_remove)
        self._segment_parts = (_label("then", self), self.seconds, _label("s", self), self.easing, self.path)
        self._lay_out()

    def offer_paths(self, paths: Mapping[str, str]) -> None:
        """Offer the paths that this generator has, titles by name."""
        self.path.offer(paths)

    def show_keyframe(self, timeline: Timeline | None, index: int) -> None:
        """Show a keyframe of a timeline."""
        self._timeline, self._index = timeline, index
        if timeline is None:
            return
        key = timeline.keyframes[index]
        self.title.setText(f"Keyframe {index + 1} of {len(timeline.keyframes)}")
        if self.name.text() != key.name:
            self.name.setText(key.name)
        self.hold.set_value(key.hold)
        self.seconds.set_value(key.segment.seconds)
        self.easing.show_easing(key.segment.easing)
        self.path.show_value(key.segment.path.partition("(")[0].strip(), path_title(key.segment.path))
        for widget in self._segment_parts:  # the last one has no way on
            widget.setVisible(index < len(timeline.segments))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(6)
        key_parts = (self.title, self.name, _label("held", self), self.hold, _label("s", self))
        for widget in (*key_parts, *self._segment_parts):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.remove)

    def _change_segment(self, part: str, value: object) -> None:
        if self._timeline is not None:
            self._try(partial(edits.with_segment, self._timeline, self._index, part, value))

    @Slot()
    def _on_named(self) -> None:
        if self._timeline is not None and self.name.text() != self._timeline.keyframes[self._index].name:
            self._try(partial(edits.with_key, self._timeline, self._index, "name", self.name.text()))

    @Slot(float)
    def _on_hold(self, seconds: float) -> None:
        if self._timeline is not None:
            self._try(partial(edits.with_key, self._timeline, self._index, "hold", seconds))

    @Slot(float)
    def _on_seconds(self, seconds: float) -> None:
        self._change_segment("seconds", seconds)

    @staticmethod
    def _on_nudged(box: ValueBox, change: Callable[[float], object], steps: float) -> None:
        change(max(round(box.value() + _NUDGE * steps, 6), 0.0))

    @Slot()
    def _on_remove(self) -> None:
        if self._timeline is not None:
            self._try(partial(edits.removed, self._timeline, self._index, ripple=True))

    def _try(self, make: Callable[[], Edit]) -> None:
        try:
            edit = make()
        except MorphError as error:
            self.show_keyframe(self._timeline, self._index)
            self.refused.emit(str(error))
        else:
            self.edited.emit(edit)


def _seconds(name: str, parent: QWidget) -> ValueBox:
    box = ValueBox(parent)
    box.setAccessibleName(name)
    box.setToolTip(f"{name}; the arrows change it")
    return box


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "small")
    return label
