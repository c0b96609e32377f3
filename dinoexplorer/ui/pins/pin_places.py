"""Where the pins lie on the map; found in a thread, since on a map of many images one takes a millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Slot

from dinoexplorer.document.standing import Pin
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.latent_map_view.pin_marks import PinMarks

Known = dict[int, tuple[FloatArray, tuple[float, float]]]  # by the identity of the code, which is held with it


class PinPlaces(QObject):
    """Puts the marks of pins on the map, and again when either changes."""

    def __init__(self, marks: PinMarks) -> None:
        super().__init__(marks)
        self._marks = marks
        self._locator: Locator | None = None
        self._known: Known = {}
        self._asked: tuple[Locator | None, tuple[Pin, ...]] = (None, ())
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    def follow(self, steering: SteeringMap | None, pins: tuple[Pin, ...]) -> None:
        """Mark these pins on this map; it takes a moment."""
        locator = None if steering is None else steering.locator
        if (locator, pins) == self._asked:
            return
        if locator is not self._locator:
            self._locator, self._known = locator, {}
            self._marks.show_marks(np.zeros((0, 2), np.float32), ())
        self._asked = locator, pins
        if locator is not None:
            self._work.ask((locator, pins), partial(_located, locator, pins, self._known))

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot(object, object)
    def _on_done(self, asked: tuple[Locator, tuple[Pin, ...]], known: Known) -> None:
        if asked != self._asked:
            return
        self._known, pins = known, asked[1]
        places = np.array([known[id(pin.latent)][1] for pin in pins], np.float32).reshape(-1, 2)
        self._marks.show_marks(places, tuple(pin.name for pin in pins))


def _located(locator: Locator, pins: Sequence[Pin], known: Known) -> Known:
    found: Known = {}
    for pin in pins:
        if (before := known.get(id(pin.latent))) is not None:
            found[id(pin.latent)] = before
            continue
        place = locator(pin.latent)
        found[id(pin.latent)] = (pin.latent, (place.x, place.y))
    return found
