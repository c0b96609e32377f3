"""A window in Morph."""

from __future__ import annotations

import numpy as np
import pytest


class MorphPerson:
    """Somebody in front of the timeline."""

    def __init__(self, desk):
        self.desk, self.qtbot = desk, desk.qtbot
        self.morph = desk.explorer.desks.morph
        self.panel, self.view, self.preview = self.morph.panel, self.morph.panel.view, self.morph.preview

    @property
    def document(self):
        return self.desk.explorer.document

    @property
    def timeline(self):
        return self.morph.timeline

    @property
    def times(self):
        return [round(self.timeline.time_of(n), 4) for n in range(len(self.timeline.keyframes))]

    def film(self):
        """The film of the present timeline, once it is made."""
        self.qtbot.waitUntil(lambda: self.morph.fresh, timeout=10_000)
        return self.preview.film

    def shows(self, code):
        """Wait until the stage shows the picture of a code."""

        def shown():
            frame = self.desk.view.frame
            return frame is not None and np.array_equal(frame.request.code, code)

        self.qtbot.waitUntil(shown, timeout=10_000)

    def x(self, seconds):
        return round(self.view.scale.x(seconds))


@pytest.fixture
def person(desk):
    desk.press("morph")
    return MorphPerson(desk)


@pytest.fixture
def filled(person):
    """Three keyframes: where we stand, and two random ones; two seconds between each."""
    for name in ("keyframe", "random_keyframe", "random_keyframe"):
        person.desk.press(name)
    person.film()
    return person
