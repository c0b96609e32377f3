"""What the mouse holds on the timeline, and what comes of it as it moves."""

from __future__ import annotations

from dataclasses import dataclass

from dinoexplorer.morph import edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.lanes import Spot
from dinoexplorer.ui.morph.time_scale import TimeScale

START = 4.0
"""Pixels that a hand may tremble before it drags."""


@dataclass(frozen=True, slots=True)
class Grip:
    """A keyframe, or the end of a segment, held since the mouse was pressed at ``x``; times fall on whole frames."""

    timeline: Timeline
    scale: TimeScale
    spot: Spot
    x: float
    fps: int
    copying: bool

    def edit(self, x: float, *, ripple: bool) -> Edit:
        """What it is when the mouse is released at ``x``."""
        index = self.spot.index
        further = (x - self.x) / self.scale.per_second
        key = self.timeline.keyframes[index]
        if self.spot.part == "edge":
            start = self.timeline.time_of(index) + key.hold
            return edits.lasting(self.timeline, index, self._snapped(start + key.segment.seconds + further) - start)
        seconds = self._snapped(self.timeline.time_of(index) + further)
        if self.copying:
            return edits.copied(self.timeline, index, seconds)
        return edits.moved(self.timeline, index, seconds, ripple=ripple)

    def _snapped(self, seconds: float) -> float:
        return round(seconds * self.fps) / self.fps
