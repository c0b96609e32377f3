"""The keyframes that are selected and the segments that leave them, in fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from dinoexplorer.morph import edits, group_edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.morph.curves import path_title
from dinoexplorer.ui.morph.easing_choice import EasingChoice
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.menu_choice import MenuChoice
from dinoexplorer.ui.morph.row_parts import number_box, small_label
from dinoexplorer.ui.morph.shape_button import ShapeButton

_NUDGE = 0.1  # seconds
_LONGEST_NAME = 200


class KeyframeRow(QWidget):
    """Name, hold, duration, easing and path; each change is an edit, of all that are selected.

    Of several the values of the one in hand are shown.
    """

    edited = Signal(object)  # Edit
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline: Timeline | None = None
        self._choice = KeySelection()
        self.title = QLabel(self)
        self.title.setProperty("role", "small")
        self.name = QLineEdit(self)
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setMaximumWidth(140)
        self.name.setPlaceholderText("Name")
        self.name.setAccessibleName("Name of the keyframe")
        self.name.editingFinished.connect(self._on_named)
        self.hold, self.seconds = number_box("Seconds it is held", self), number_box("Seconds of the segment", self)
        self.easing, self.easing_shape = EasingChoice(self), ShapeButton("easing", self)
        self.path = MenuChoice("Path of the segment", "Where this segment leads through", self)
        self.path_shape = ShapeButton("path", self)
        self.remove = IconButton("close", "Remove the keyframe", self)
        self.remove.setToolTip("Remove the keyframe; what follows comes earlier")
        self.hold.value_typed.connect(self._on_hold)
        self.seconds.value_typed.connect(self._on_seconds)
        self.hold.nudged.connect(partial(self._on_nudged, self.hold, self._on_hold))
        self.seconds.nudged.connect(partial(self._on_nudged, self.seconds, self._on_seconds))
        for source in (self.easing.chosen, self.easing_shape.changed):
            source.connect(partial(self._change_segment, "easing"))
        for source in (self.path.chosen, self.path_shape.changed):
            source.connect(partial(self._change_segment, "path"))
        self.easing.draw_wanted.connect(self.easing_shape.come_up)
        self.remove.clicked.connect(self._on_remove)
        self._segment_parts = (small_label("then", self), self.seconds, small_label("s", self), self.easing, self.path)
        self._lay_out()

    def offer_paths(self, paths: Mapping[str, str]) -> None:
        """Offer the paths that this generator has, titles by name."""
        self.path.offer(paths)

    def show_keyframe(self, timeline: Timeline | None, choice: KeySelection) -> None:
        """Show the selected keyframes of a timeline."""
        self._timeline, self._choice = timeline, choice
        if timeline is None:
            return
        count = len(timeline.keyframes)
        several = f"{len(choice.chosen)} of {count} keyframes"
        self.title.setText(several if choice.several else f"Keyframe {choice.lead + 1} of {count}")
        key = timeline.keyframes[choice.lead]
        if self.name.text() != key.name:
            self.name.setText(key.name)
        self.name.setVisible(not choice.several)
        self.hold.set_value(key.hold)
        there = choice.first < len(timeline.segments)  # the last one has no way on
        segment = timeline.keyframes[min(choice.lead, max(len(timeline.segments) - 1, 0))].segment
        self.seconds.set_value(segment.seconds)
        self.easing.show_easing(segment.easing)
        self.path.show_value(segment.path.partition("(")[0].strip(), path_title(segment.path))
        for widget in self._segment_parts:
            widget.setVisible(there)
        self.easing_shape.show_text(segment.easing, there=there)
        self.path_shape.show_text(segment.path, there=there)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(6)
        then, seconds, unit = self._segment_parts[:3]
        key_parts = (self.title, self.name, small_label("held", self), self.hold, small_label("s", self))
        segment_parts = (then, seconds, unit, self.easing, self.easing_shape, self.path, self.path_shape)
        for widget in (*key_parts, *segment_parts):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.remove)

    def _change_segment(self, part: str, value: object) -> None:
        timeline, choice = self._timeline, self._choice
        if timeline is None:
            return
        if choice.several:
            self._try(partial(group_edits.with_segments, timeline, choice.chosen, choice.lead, part, value))
        else:
            self._try(partial(edits.with_segment, timeline, choice.lead, part, value))

    @Slot()
    def _on_named(self) -> None:
        timeline, lead = self._timeline, self._choice.lead
        if timeline is not None and self.name.text() != timeline.keyframes[lead].name:
            self._try(partial(edits.with_key, timeline, lead, "name", self.name.text()))

    @Slot(float)
    def _on_hold(self, seconds: float) -> None:
        timeline, choice = self._timeline, self._choice
        if timeline is not None and choice.several:
            self._try(partial(group_edits.held_all, timeline, choice.chosen, choice.lead, seconds))
        elif timeline is not None:
            self._try(partial(edits.with_key, timeline, choice.lead, "hold", seconds))

    @Slot(float)
    def _on_seconds(self, seconds: float) -> None:
        self._change_segment("seconds", seconds)

    @staticmethod
    def _on_nudged(box: ValueBox, change: Callable[[float], object], steps: float) -> None:
        change(max(round(box.value() + _NUDGE * steps, 6), 0.0))

    @Slot()
    def _on_remove(self) -> None:
        timeline, choice = self._timeline, self._choice
        if timeline is not None and choice.several:
            self._try(partial(group_edits.removed_all, timeline, choice.chosen, ripple=True))
        elif timeline is not None:
            self._try(partial(edits.removed, timeline, choice.lead, ripple=True))

    def _try(self, make: Callable[[], Edit]) -> None:
        try:
            edit = make()
        except MorphError as error:
            self.show_keyframe(self._timeline, self._choice)
            self.refused.emit(str(error))
        else:
            self.edited.emit(edit)
