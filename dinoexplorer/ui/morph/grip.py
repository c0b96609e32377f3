"""What the mouse holds on the timeline, and what comes of it as it moves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from dinoexplorer.morph import edits, group_edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.lanes import Spot
from dinoexplorer.ui.morph.time_scale import TimeScale

_NEAR = 8.0  # pixels from a tick that draws a time to it
START = 4.0
"""Pixels that a hand may tremble before it drags."""


@dataclass(frozen=True, slots=True)
class Grip:
    """A keyframe, the end of a segment, or an end of the selection, held since the mouse was pressed at ``x``.

    Where several keyframes are ``carried``, all of them come along. Times fall on ``ticks``, seconds in order, where
    one is near, else on whole frames.
    """

    timeline: Timeline
    scale: TimeScale
    spot: Spot
    x: float
    fps: int
    carried: KeySelection
    copying: bool = False
    stretching: bool = False
    ticks: Sequence[float] = ()

    def edit(self, x: float, *, ripple: bool, free: bool = False) -> Edit:
        """What it is when the mouse is released at ``x``; ``free`` of the ticks."""
        index = self.spot.index
        further = (x - self.x) / self.scale.per_second
        key = self.timeline.keyframes[index]
        if self.spot.part == "edge":
            start = self.timeline.time_of(index) + key.hold
            end = self._snapped(start + key.segment.seconds + further, free=free)
            return edits.lasting(self.timeline, index, end - start)
        seconds = self._snapped(self.timeline.time_of(index) + further, free=free)
        if self.carried.several:
            return self._edit_of_all(index, seconds, ripple=ripple)
        if self.copying:
            return edits.copied(self.timeline, index, seconds)
        return edits.moved(self.timeline, index, seconds, ripple=ripple)

    def _edit_of_all(self, index: int, seconds: float, *, ripple: bool) -> Edit:
        timeline, chosen, lead = self.timeline, self.carried.chosen, self.carried.lead
        by = seconds - timeline.time_of(index)
        if self.stretching:
            about_last = 2 * index < self.carried.first + self.carried.last
            pivot = timeline.time_of(self.carried.last if about_last else self.carried.first)
            factor = (seconds - pivot) / (timeline.time_of(index) - pivot)
            return group_edits.stretched(timeline, chosen, lead, factor, about_last=about_last, ripple=ripple)
        if self.copying:
            return group_edits.copied_all(timeline, chosen, lead, by)
        return group_edits.moved_all(timeline, chosen, lead, by, ripple=ripple)

    def _snapped(self, seconds: float, *, free: bool) -> float:
        place = bisect_left(self.ticks, seconds)
        near = min(self.ticks[max(place - 1, 0) : place + 1], key=lambda tick: abs(tick - seconds), default=None)
        if near is not None and not free and abs(near - seconds) * self.scale.per_second <= _NEAR:
            return near
        return round(seconds * self.fps) / self.fps
