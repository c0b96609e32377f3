"""The head of the timeline: play, time, what puts keyframes there, and how the film is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from dinoexplorer.document.standing import Pin
from dinoexplorer.morph.film import HIGHEST_RATE
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.morph.menu_choice import MenuChoice
from dinoexplorer.ui.morph.player import SPEEDS
from dinoexplorer.ui.morph.time_scale import clock
from dinoexplorer.ui.texts import as_label

RATES = (6, 10, 12, 15, 24, 25, 30, 48, 50, 60, 90, HIGHEST_RATE)
_REPEATS = {"once": "Once", "loop": "Loop", "ping-pong": "Ping-pong"}


class TransportRow(QWidget):
    """Buttons for the actions of Morph."""

    pins_chosen = Signal(object)  # the keys of pins

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.play = IconButton("play", "Play", self, checked_icon="pause")
        self.play.follow(actions["play_film"])
        self.time = QLabel(self)
        self.time.setProperty("role", "figures")
        self.time.setFixedWidth(self.fontMetrics().horizontalAdvance("00:00.00 / 00:00.00"))  # nothing moves with it
        self.speed = MenuChoice("Speed of the preview", "How fast the film is played here (< and >)", self)
        self.speed.offer({speed: _speed_text(speed) for speed in SPEEDS})
        self.pins = MenuButton("", "From pins", self)
        self.pins.setText("Pins")
        self.pins.setToolTip("Make keyframes of kept places")
        self.pins.choices().triggered.connect(self._on_pins)
        self.repeat = MenuChoice("How the film is repeated", "Play once, in a loop, or there and back", self)
        self.repeat.offer(_REPEATS)
        self.rate = MenuChoice("Frames a second", "Frames a second of the film", self)
        self.rate.offer({rate: f"{rate} fps" for rate in RATES})
        self._lay_out()
        self.show_speed(1.0)
        self.show_film(0, 0.0, 0)

    def show_speed(self, speed: float) -> None:
        self.speed.show_value(speed)

    def show_settings(self, repeat: str, rate: int) -> None:
        """Show how the film is repeated and how many frames a second it has."""
        self.repeat.show_value(repeat)
        self.rate.show_value(rate, f"{rate} fps")

    def show_film(self, frame: int, seconds: float, frames: int, whole: float = 0.0) -> None:
        """Show where the film stands, and how long it is."""
        self.time.setText(f"{clock(seconds)} / {clock(whole)}")
        about = f"frame {frame + 1} of {frames}" if frames else "no film yet"
        self.time.setToolTip(about.capitalize())
        self.time.setAccessibleName(f"{clock(seconds)} of {clock(whole)}, {about}")

    def offer_pins(self, pins: Sequence[Pin]) -> None:
        """Offer these kept places; nothing happens where they are those already."""
        menu = self.pins.choices()
        offered = [action.data() for action in menu.actions() if action.data() is not None]
        wanted = [([pin.key for pin in pins], "All pins"), *(([pin.key], pin.name) for pin in pins)] if pins else []
        texts = [action.text() for action in menu.actions() if action.data() is not None]
        if offered == [keys for keys, _ in wanted] and texts == [as_label(text) for _, text in wanted]:
            return
        menu.clear()
        for keys, text in wanted:
            menu.addAction(as_label(text)).setData(keys)
            if text == "All pins":
                menu.addSeparator()
        self.pins.setEnabled(bool(pins))

    def _lay_out(self) -> None:
        keyframe = IconButton("keyframe", "Keyframe", self, text=self._actions["keyframe"].iconText())
        keyframe.follow(self._actions["keyframe"])
        random = IconButton("random", "Random keyframe", self)
        random.follow(self._actions["random_keyframe"])
        onion = IconButton("onion", "Onion skin", self)
        onion.follow(self._actions["onion"])
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 0)
        row.setSpacing(4)
        for widget in (self.play, self.speed, self.time):
            row.addWidget(widget)
        row.addStretch()
        for widget in (keyframe, random, self.pins):
            row.addWidget(widget)
        row.addStretch()
        export = IconButton("save", "Export film…", self)
        export.follow(self._actions["export_film"])
        music = IconButton("music", "Music", self)
        music.follow(self._actions["music"])
        for widget in (music, onion, self.repeat, self.rate, export):
            row.addWidget(widget)
        self.pins.setEnabled(False)

    @Slot(QAction)
    def _on_pins(self, action: QAction) -> None:
        self.pins_chosen.emit(action.data())


def _speed_text(speed: float) -> str:
    return {0.25: "¼×", 0.5: "½×"}.get(speed, f"{speed:g}×")
