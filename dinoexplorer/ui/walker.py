"""Walks by itself: a timer, while it walks, that moves the document along."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.walking import KINDS, Draw, Walk

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_LONGEST_STEP = 0.1  # seconds: after a halt of the whole machine it goes on where it was
_SHORTEST_TICK = 8  # milliseconds


class Walker(QObject):
    """Moves a document until it is stopped, as one step of its history."""

    about_to_start = Signal()
    walking_changed = Signal(bool)
    changed = Signal(str, float)  # kind and speed

    def __init__(
        self, seeds: Callable[[], int], parent: QWidget, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._seeds, self._clock, self._widget = seeds, clock, parent
        self._ground: tuple[Document, Draw] | None = None
        self._kind, self._speed = next(iter(KINDS)), 1.0
        self._walk: Walk | None = None
        self._time = self._last = 0.0
        self._tick = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._on_tick)

    @property
    def walking(self) -> bool:
        """Whether it is on its way."""
        return self._walk is not None

    def set_ground(self, document: Document, draw: Draw) -> None:
        """Walk in this document, through codes that are drawn like this."""
        if self._ground is None or document is not self._ground[0]:
            self.stop()
        self._ground = document, draw

    @Slot(bool)
    def set_walking(self, walking: bool) -> None:
        """Set out from where we stand, or stop."""
        if not walking:
            self.stop()
        elif self._ground is not None and self._walk is None:
            self.about_to_start.emit()
            self._set_out(*self._ground)
            self._ground[0].begin_gesture()
            self._tick.start(max(round(1000 / max(self._widget.screen().refreshRate(), 1.0)), _SHORTEST_TICK))
            self.walking_changed.emit(True)

    def stop(self) -> None:
        """Stay where we are; harmless when it does not walk."""
        if self._walk is None or self._ground is None:
            return
        self._walk = None
        self._tick.stop()
        self._ground[0].end_gesture()
        self.walking_changed.emit(False)

    @Slot(str)
    def set_kind(self, kind: str) -> None:
        """Walk in another way, from where we stand."""
        self._kind = kind
        if self._walk is not None and self._ground is not None:
            self._set_out(*self._ground)
        self.changed.emit(self._kind, self._speed)

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Walk so many times as fast as usual."""
        self._speed = speed
        self.changed.emit(self._kind, self._speed)

    @Slot()
    def next_kind(self) -> None:
        kinds = list(KINDS)
        self.set_kind(kinds[(kinds.index(self._kind) + 1) % len(kinds)])

    @Slot()
    def slower(self) -> None:
        self.set_speed(max(self._speed / 2, SPEEDS[0]))

    @Slot()
    def faster(self) -> None:
        self.set_speed(min(self._speed * 2, SPEEDS[-1]))

    def _set_out(self, document: Document, draw: Draw) -> None:
        self._walk = KINDS[self._kind](document.latent, document.spec, draw, self._seeds())
        self._time, self._last = 0.0, self._clock()

    @Slot()
    def _on_tick(self) -> None:
        if self._walk is None or self._ground is None:
            return
        now = self._clock()
        self._time += self._speed * min(now - self._last, _LONGEST_STEP)
        self._last = now
        try:
            self._ground[0].set_latent(self._walk(self._time))
        except GeneratorError:  # codes of the data that are beyond float32 between each other
            self.stop()
