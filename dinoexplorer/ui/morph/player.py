"""Plays a film: which frame is shown when. The pictures are somebody else's business."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.morph.film import Film

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_SHORTEST_TICK = 8  # milliseconds
_LONGEST_STEP = 0.25  # seconds: after a halt of the whole machine it goes on where it was


class Player(QObject):
    """Stands on one frame, and goes on to the others in their time while it plays.

    Frames whose time has passed are left out, so that a film takes as long as it should on any machine.
    """

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, parent: QWidget, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._widget, self._clock = parent, clock
        self._film: Film | None = None
        self._place = self._last = 0.0  # in frames, in seconds
        self._speed = 1.0
        self._tick = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._on_tick)

    @property
    def film(self) -> Film | None:
        return self._film

    @property
    def frame(self) -> int:
        """The frame on which it stands."""
        return int(self._place)

    @property
    def seconds(self) -> float:
        """The time of the timeline on which it stands."""
        return 0.0 if self._film is None else self._film.time(self.frame)

    @property
    def playing(self) -> bool:
        return self._tick.isActive()

    @property
    def speed(self) -> float:
        return self._speed

    def set_film(self, film: Film | None) -> None:
        """Play another film from now on, from the same time as far as it has it."""
        seconds, self._film = self.seconds, film
        if film is None:
            self.set_playing(False)
        self._place = 0.0 if film is None else float(film.frame_at(seconds))

    @Slot(bool)
    def set_playing(self, playing: bool) -> None:
        """Play on, from the beginning where it has ended, or stop."""
        if playing == self.playing or (playing and self._film is None):
            return
        if not playing:
            self._tick.stop()
        elif self._film is not None:
            if self._film.timeline.repeat == "once" and self.frame >= self._film.frames - 1:
                self.go_to(0)
            self._last = self._clock()
            rate = max(self._widget.screen().refreshRate(), 1.0)
            self._tick.start(max(round(1000 / rate), _SHORTEST_TICK))
        self.playing_changed.emit(playing)

    def go_to(self, frame: int) -> None:
        """Stand on a frame, on the first or the last one where there is no such."""
        if self._film is not None:
            self._place = float(min(max(frame, 0), self._film.frames - 1))
            self.frame_changed.emit(self.frame)

    def go_to_time(self, seconds: float) -> None:
        """Stand on the frame of a time."""
        if self._film is not None:
            self.go_to(self._film.frame_at(seconds))

    def step(self, by: int) -> None:
        """Stop, and go some frames on; beyond an end of a film that repeats comes its other end."""
        self.set_playing(False)
        if self._film is not None:
            ends = self._film.timeline.repeat == "once"
            self.go_to(self.frame + by if ends else (self.frame + by) % self._film.frames)

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Play so many times as fast."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        self.speed_changed.emit(self._speed)

    @Slot()
    def slower(self) -> None:
        self.set_speed(self._speed / 2)

    @Slot()
    def faster(self) -> None:
        self.set_speed(self._speed * 2)

    @Slot()
    def _on_tick(self) -> None:
        film = self._film
        if film is None:
            return
        now, before = self._clock(), self.frame
        self._place += self._speed * film.fps * min(now - self._last, _LONGEST_STEP)
        self._last = now
        if film.timeline.repeat != "once":
            self._place %= film.frames
        elif self._place >= film.frames - 1:
            self._place = film.frames - 1.0
            self.set_playing(False)
        if self.frame != before:
            self.frame_changed.emit(self.frame)
