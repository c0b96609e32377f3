"""The sound under the film, where it begins, and what follows it, in fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dinoexplorer.morph.keyframe import LONGEST
from dinoexplorer.morph.music import LARGEST_STRENGTH, LONGEST_SMOOTHING, Following
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_panel.value_box import ValueBox
from dinoexplorer.ui.morph.menu_choice import MenuChoice
from dinoexplorer.ui.morph.row_parts import number_box, small_label
from dinoexplorer.ui.texts import as_tool_tip, elided

NOTHING = ""
"""The band of what does not follow."""
BANDS = {NOTHING: "nothing", "all": "loudness", "low": "bass", "middle": "middle", "high": "treble"}
_NUDGE = 0.1
_NAME_WIDTH, _CHANNEL_WIDTH = 48, 90  # pixels: at least, at most


class MusicRow(QWidget):
    """Shows what it is told; each change is told as a wish."""

    start_wished = Signal(float)  # the second of the sound where the film begins
    channel_chosen = Signal(object)  # its name
    following_wished = Signal(object)  # Following, or None for none
    remove_wished = Signal()
    cancel_wished = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = Following("truncation")
        self.choose = IconButton("music", "Choose the sound of the film", self)
        self.choose.clicked.connect(actions["music"].trigger)
        self.name, self.note = ElidedLabel(_NAME_WIDTH, self), ElidedLabel(_NAME_WIDTH, self)
        self.note.setProperty("role", "muted")
        self.cancel = IconButton("stop", "Stop listening", self)
        self.cancel.clicked.connect(self.cancel_wished)
        self.start = number_box("Second of the sound at which the film begins", self)
        self.beats = IconButton("", "Set keyframes to beats…", self, text="Beats…")
        self.beats.follow(actions["beats"])
        self.channel = MenuChoice("What follows the music", "What is moved by the music", self)
        self.band = MenuChoice("What of the music is followed", "What of the music moves it", self)
        self.band.offer(BANDS)
        self.strength = number_box("Strength: how far it is moved where the music is loudest", self)
        self.smoothing = number_box("Smoothing in seconds", self)
        self.remove = IconButton("close", "Take the music away", self)
        self.remove.clicked.connect(self.remove_wished)
        self._lay_out()
        self._connect()

    def show_sound(self, name: str, start: float) -> None:
        """Show the sound under the film, no name for none."""
        self.name.show_text(name or "No sound")
        self.start.set_value(start)
        for widget in self._of_sound:
            widget.setVisible(bool(name))

    def tell(self, text: str, *, cancel: bool = False) -> None:
        """Say how it goes, or what is missing; with ``cancel`` that can be ended."""
        self.note.show_text(text)
        self.note.setVisible(bool(text))
        self.cancel.setVisible(cancel)
        for widget in self._of_following:
            widget.setVisible(not cancel and not self.start.isHidden())

    def offer_channels(self, channels: Mapping[str, str], followed: Sequence[str]) -> None:
        """Offer what may follow, titles by name; what follows already is marked."""
        titles = {name: f"{title} ♪" if name in followed else title for name, title in channels.items()}
        self.channel.offer(titles)

    def show_following(self, title: str, following: Following, *, follows: bool) -> None:
        """Show how a channel follows the music; what it would begin with where it does not."""
        self._following = following
        self.channel.show_value(following.channel, elided(title, self.fontMetrics(), _CHANNEL_WIDTH))
        self.channel.setToolTip(as_tool_tip(f"{title}: choose what is moved by the music"))
        self.band.show_value(following.band if follows else NOTHING)
        self.strength.set_value(following.strength)
        self.smoothing.set_value(following.smoothing)
        for widget in (self.strength, self.smoothing):
            widget.setEnabled(follows)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(6)
        self._of_sound = (small_label("from", self), self.start)
        self._of_following = (
            self.channel, small_label("follows", self), self.band, small_label("by", self), self.strength,
            small_label("smooth", self), self.smoothing,
        )  # fmt: skip
        row.addWidget(self.choose)
        row.addWidget(self.name, 1)
        for widget in (*self._of_sound, self.beats):
            row.addWidget(widget)
        row.addWidget(self.note, 8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        for widget in (*self._of_following, self.remove):
            row.addWidget(widget)
        self.tell("")

    def _connect(self) -> None:
        self.start.value_typed.connect(self._on_start)
        self.channel.chosen.connect(self.channel_chosen)
        self.band.chosen.connect(self._on_band)
        self.strength.value_typed.connect(self._on_strength)
        self.smoothing.value_typed.connect(self._on_smoothing)
        for box, change in (
            (self.start, self._on_start), (self.strength, self._on_strength), (self.smoothing, self._on_smoothing),
        ):  # fmt: skip
            box.nudged.connect(partial(self._on_nudged, box, change))

    @Slot(float)
    def _on_start(self, seconds: float) -> None:
        self.start_wished.emit(min(max(seconds, 0.0), LONGEST))

    @Slot(object)
    def _on_band(self, band: str) -> None:
        before = self._following
        wish = None if band == NOTHING else Following(before.channel, band, before.strength, before.smoothing)
        self.following_wished.emit(wish)

    @Slot(float)
    def _on_strength(self, strength: float) -> None:
        before, most = self._following, LARGEST_STRENGTH
        self.following_wished.emit(
            Following(before.channel, before.band, min(max(strength, -most), most), before.smoothing)
        )

    @Slot(float)
    def _on_smoothing(self, seconds: float) -> None:
        before = self._following
        self.following_wished.emit(
            Following(before.channel, before.band, before.strength, min(max(seconds, 0.0), LONGEST_SMOOTHING))
        )

    @staticmethod
    def _on_nudged(box: ValueBox, change: Callable[[float], None], steps: float) -> None:
        change(round(box.value() + _NUDGE * steps, 6))
