"""What lies below the picture in Morph: the head, the timeline, and the keyframe that is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Pin
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.kept_timeline import USUAL_RATE
from dinoexplorer.ui.morph.keyframe_row import KeyframeRow
from dinoexplorer.ui.morph.timeline_view import TimelineView
from dinoexplorer.ui.morph.transport_row import TransportRow
from dinoexplorer.ui.texts import foreign_label

_EMPTY = "No keyframes yet: go to a picture and press Keyframe (I), or drop pictures here."


class TimelinePanel(QFrame):
    """Lays the parts out; with no keyframes a line says what to do, and what is wrong is said there, too."""

    def __init__(self, thumbnailer: Thumbnailer, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.head = TransportRow(actions, self)
        self.view = TimelineView(thumbnailer, self)
        self.row = KeyframeRow(self)
        self.problem = foreign_label(self)
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self.problem.setContentsMargins(12, 0, 12, 4)
        self.problem.hide()
        self.empty = self._build_empty(actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(4)
        for widget in (self.head, self.view, self.problem, self.row):
            column.addWidget(widget)
        self.view.refused.connect(self.tell)
        self.row.refused.connect(self.tell)
        self.show_timeline(None, USUAL_RATE, 0)
        self.offer_pins(())

    def show_timeline(self, timeline: Timeline | None, fps: int, selected: int) -> None:
        """Show a timeline, or how to begin one."""
        self.view.set_timeline(timeline, fps, selected)
        self.row.show_keyframe(timeline, self.view.selection)
        self.row.setVisible(timeline is not None)
        self.empty.setVisible(timeline is None)
        self.head.show_settings("once" if timeline is None else timeline.repeat, fps)
        self.head.repeat.setEnabled(timeline is not None)

    def select(self, timeline: Timeline, index: int) -> None:
        """Show another keyframe as the selected one."""
        self.view.set_selected(index)
        self.row.show_keyframe(timeline, self.view.selection)

    def offer_pins(self, pins: Sequence[Pin]) -> None:
        """Offer to make keyframes of these kept places."""
        self.head.offer_pins(pins)
        self.from_pins.setVisible(bool(pins))

    def tell(self, sentence: str) -> None:
        """Say why something could not be done; an empty text takes it back."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        announce(self, sentence)

    def _build_empty(self, actions: Mapping[str, QAction]) -> QWidget:
        empty = QWidget(self.view)
        text = foreign_label(empty)
        text.setText(_EMPTY)
        text.setProperty("role", "muted")
        # What is dropped on the sentence is dropped on the timeline.
        text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.from_pins = IconButton("keyframe", "From pins", empty, text=actions["keyframes_from_pins"].iconText())
        self.from_pins.follow(actions["keyframes_from_pins"])
        row = QHBoxLayout(empty)
        row.setSpacing(12)
        row.addWidget(text)
        row.addWidget(self.from_pins)
        over = QHBoxLayout(self.view)
        over.addWidget(empty, 0, Qt.AlignmentFlag.AlignCenter)
        return empty
