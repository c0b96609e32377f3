"""What lies below the picture in Morph: the head, the timeline, and the keyframe that is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Pin
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.dropping import dropped_sound
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.inspector import Inspector
from dinoexplorer.ui.morph.kept_timeline import USUAL_RATE
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.music_lane import MusicLane
from dinoexplorer.ui.morph.timeline_view import TimelineView
from dinoexplorer.ui.morph.transport_row import TransportRow
from dinoexplorer.ui.pins.reading_bar import ReadingBar
from dinoexplorer.ui.texts import foreign_label

_EMPTY = "No keyframes yet: go to a picture and press Keyframe (I), or drop pictures or a sound here."


class TimelinePanel(QFrame):
    """Lays the parts out; with no keyframes a line says what to do, and what is wrong is said there, too."""

    sound_dropped = Signal(object)  # Path

    def __init__(self, thumbnailer: Thumbnailer, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self.head = TransportRow(actions, self)
        self.view = TimelineView(thumbnailer, self)
        self.lane = MusicLane(self)
        self.lane.hide()
        self.inspector = Inspector(actions, self)
        self.row = self.inspector.keyframe
        self.problem = foreign_label(self)
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self.problem.setContentsMargins(12, 0, 12, 4)
        self.problem.hide()
        self.empty = self._build_empty(actions)
        self.reading = ReadingBar(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(4)
        for widget in (self.head, self.view, self.lane, self.problem, self.reading, self.inspector):
            column.addWidget(widget)
        self.view.refused.connect(self.tell)
        self.row.refused.connect(self.tell)
        self.show_timeline(None, USUAL_RATE, KeySelection())
        self.offer_pins(())

    def show_timeline(self, timeline: Timeline | None, fps: int, selection: KeySelection) -> None:
        """Show a timeline, or how to begin one."""
        self.view.set_timeline(timeline, fps, selection)
        self.row.show_keyframe(timeline, self.view.choice)
        self.inspector.setVisible(timeline is not None)
        self.empty.setVisible(timeline is None)
        self.head.show_settings("once" if timeline is None else timeline.repeat, fps)
        self.head.repeat.setEnabled(timeline is not None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # A sound may be dropped anywhere on the panel; the timeline takes what it can make keyframes of.
        if dropped_sound(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_sound(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.sound_dropped.emit(path)

    def choose(self, timeline: Timeline, selection: KeySelection) -> None:
        """Show other keyframes as the selected ones."""
        self.view.set_selected(selection)
        self.row.show_keyframe(timeline, self.view.choice)

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
