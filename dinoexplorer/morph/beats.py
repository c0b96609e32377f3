"""Keyframes on the beat of a music."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import LONGEST, SHORTEST

if TYPE_CHECKING:
    from dinoexplorer.morph.timeline import Timeline

SLOWEST, QUICKEST = 20.0, 400.0
_MOST_PARTS = 16


@dataclass(frozen=True, slots=True)
class Beats:
    """A grid of beats.

    Attributes
    ----------
    rate : float
        Beats a minute, 20 to 400.
    offset : float
        Seconds from the beginning to a beat.
    parts : int
        Into how many equal parts each beat is divided: 2 for half beats. 1 to 16.
    """

    rate: float
    offset: float = 0.0
    parts: int = 1

    def __post_init__(self) -> None:
        if not SLOWEST <= self.rate <= QUICKEST:
            raise MorphError(
                f"{self.rate:g} beats a minute is no music; give a number from {SLOWEST:g} to {QUICKEST:g}."
            )
        if not (math.isfinite(self.offset) and abs(self.offset) <= LONGEST):
            raise MorphError(
                f"The first beat cannot be {self.offset:g} seconds from the beginning; give up to an hour."
            )
        if not 1 <= self.parts <= _MOST_PARTS:
            raise MorphError(
                f"A beat cannot be divided into {self.parts} parts; give a number from 1 to {_MOST_PARTS}."
            )

    @property
    def seconds(self) -> float:
        """From one line of the grid to the next."""
        return 60.0 / (self.rate * self.parts)

    def nearest(self, seconds: float) -> float:
        """The line of the grid nearest to a time; none before the beginning."""
        first = math.ceil(-self.offset / self.seconds - 1e-9)
        number = max(round((seconds - self.offset) / self.seconds), first)
        return max(self.offset + number * self.seconds, 0.0)

    def lines(self, seconds: float, every: int = 1) -> list[float]:
        """The lines of the grid from the beginning up to a time: all, or every so many, counted from ``offset``."""
        step = every * self.seconds
        first = self.offset - step * math.floor(self.offset / step + 1e-9)
        count = math.floor((seconds - first) / step + 1e-9) + 1
        return [max(first + number * step, 0.0) for number in range(count)]


def on_the_beat(timeline: Timeline, beats: Beats) -> Timeline:
    """The timeline with each keyframe moved to the line of the grid nearest to it; the first stays at the beginning.

    No two keyframes fall on one line: of those that would, the later ones take the lines that follow.
    """
    wanted, last = [0.0], 0.0
    for number in range(1, len(timeline.keyframes)):
        last = _after(last + timeline.keyframes[number - 1].hold, beats.nearest(timeline.time_of(number)), beats)
        wanted.append(last)
    end = timeline.one_way
    if timeline.repeat == "loop":
        wanted.append(_after(last + timeline.keyframes[-1].hold, beats.nearest(end), beats))
    return at_times(timeline, wanted)


def on_times(timeline: Timeline, times: Iterable[float]) -> Timeline:
    """The timeline with its keyframes, the first excepted, at these times, such as the onsets of a music.

    Where there are more times than keyframes the first ones count; keyframes for which none is left keep their
    segments. A loop begins again on one of the times, too.
    """
    after = sorted(time for time in times if time >= SHORTEST)
    wanted, last = [0.0], 0.0
    for key in timeline.keyframes if timeline.repeat == "loop" else timeline.keyframes[:-1]:
        found = next((time for time in after if time >= last + key.hold + SHORTEST), None)
        if found is None:
            break
        wanted.append(found)
        last = found
    return at_times(timeline, wanted)


def near_times(timeline: Timeline, times: Iterable[float]) -> Timeline:
    """The timeline with each keyframe, the first excepted, at the one of these times that is nearest to it.

    No two keyframes come to one time; keyframes for which none is left keep their segments.
    """
    after = sorted(time for time in times if time >= SHORTEST)
    wanted, last = [0.0], 0.0
    before = [(key, timeline.time_of(number)) for number, key in enumerate(timeline.keyframes)]
    arrivals = [time for _, time in before[1:]]
    if timeline.repeat == "loop":
        arrivals.append(timeline.one_way)
    for (key, _), arrival in zip(before, arrivals, strict=False):
        left = [time for time in after if time >= last + key.hold + SHORTEST]
        if not left:
            break
        last = min(left, key=lambda time: abs(time - arrival))
        wanted.append(last)
    return at_times(timeline, wanted)


def at_times(timeline: Timeline, times: Sequence[float]) -> Timeline:
    """The timeline with keyframe ``i`` reached at ``times[i]``; one more time is when a loop begins again.

    Raises
    ------
    MorphError
        If a keyframe would be left no time to be reached.
    """
    keys = list(timeline.keyframes)
    for number, (start, stop) in enumerate(pairwise(times)):
        key = keys[number]
        seconds = stop - start - key.hold
        if seconds < SHORTEST:
            raise MorphError(
                f"Keyframe {number + 1} is held {key.hold:g} seconds and the next one comes {stop - start:g} seconds "
                f"after it; hold it shorter."
            )
        keys[number] = replace(key, segment=replace(key.segment, seconds=seconds))
    return replace(timeline, keyframes=tuple(keys))


def _after(earliest: float, line: float, beats: Beats) -> float:
    """The first line from ``line`` on that comes later than a time."""
    if line > earliest + SHORTEST:
        return line
    return line + beats.seconds * math.ceil((earliest + SHORTEST - line) / beats.seconds)
