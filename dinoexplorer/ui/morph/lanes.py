"""Where everything lies on the timeline, and what is under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.time_scale import TimeScale

RULER = 18
PICTURE = 46
"""The side of a keyframe's picture."""
FILLED = 3
"""How thick the bar below the ruler is that says which frames are there."""
KEYS_TOP = RULER + FILLED + 10
STRIP_TOP = KEYS_TOP + PICTURE + 8
STRIP = 34
HEIGHT = STRIP_TOP + STRIP + 4
_EDGE = 10
"""Pixels before the end of a segment by which it is stretched."""

Part = Literal["key", "edge", "segment", "ruler", "strip", "empty", "first", "last"]


@dataclass(frozen=True, slots=True)
class Spot:
    """What is under the pointer; ``index`` is the keyframe, or the one that the segment leaves.

    "first" and "last" are the ends of a selection of several keyframes.
    """

    part: Part
    index: int = -1


def key_box(timeline: Timeline, scale: TimeScale, index: int) -> QRectF:
    """The picture of a keyframe, in the middle of the time at which it is reached."""
    x = scale.x(timeline.time_of(index))
    return QRectF(x - PICTURE / 2, KEYS_TOP, PICTURE, PICTURE)


def segment_box(timeline: Timeline, scale: TimeScale, index: int) -> QRectF:
    """A segment from the end of a keyframe's hold to the next one, between their pictures; it may have no width."""
    start = timeline.time_of(index) + timeline.keyframes[index].hold
    left = max(scale.x(start), scale.x(timeline.time_of(index)) + PICTURE / 2)
    is_last = index + 1 == len(timeline.keyframes)
    end = timeline.one_way if is_last else timeline.time_of(index + 1)
    right = scale.x(end) - (0 if is_last and timeline.repeat != "loop" else PICTURE / 2)
    return QRectF(left, KEYS_TOP + 4, max(right - left, 0.0), PICTURE - 8)


def hold_box(timeline: Timeline, scale: TimeScale, index: int) -> QRectF:
    """How long a keyframe is held: a bar along the foot of its picture and beyond it."""
    start = timeline.time_of(index)
    width = timeline.keyframes[index].hold * scale.per_second
    return QRectF(scale.x(start), KEYS_TOP + PICTURE - 4, width, 4)


def spot_at(timeline: Timeline | None, scale: TimeScale, selected: int, at: QPointF) -> Spot:
    """What lies at a place; of pictures that overlap the selected one is on top, then the later one."""
    if at.y() < RULER:
        return Spot("ruler")
    if timeline is None:
        return Spot("empty")
    if at.y() >= STRIP_TOP - 4:
        return Spot("strip")
    keys = range(len(timeline.keyframes))
    for index in sorted(keys, key=lambda number: (number == selected, number), reverse=True):
        if key_box(timeline, scale, index).contains(at):
            return Spot("key", index)
    for index in range(len(timeline.segments)):
        box = segment_box(timeline, scale, index)
        if box.left() <= at.x() <= box.right() + (_EDGE / 2 if index + 1 == len(keys) else 0):
            return Spot("edge" if at.x() > box.right() - _EDGE and box.width() > 2 * _EDGE else "segment", index)
    return Spot("empty")
