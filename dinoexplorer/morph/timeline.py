"""The timeline: keyframes one after the other. A value; every edit returns a new one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Literal

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import Direction, Keyframe, Segment
from dinoexplorer.morph.music import Music

Repeat = Literal["once", "loop", "ping-pong"]
REPEATS: tuple[Repeat, ...] = ("once", "loop", "ping-pong")
MOST_KEYFRAMES = 1000
_SAME = 1e-9  # of the whole: times nearer than that are one, so that a keyframe is met exactly


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a time falls: on the segment that leaves keyframe ``number``, at ``share`` (0 to 1) of its time."""

    number: int
    share: float


@dataclass(frozen=True)
class Timeline:
    """Keyframes in time.

    Attributes
    ----------
    keyframes : tuple of Keyframe
        One at least, all of one length.
    repeat : "once", "loop" or "ping-pong"
        "once" ends on the last keyframe. "loop" goes on from the last to the first, "ping-pong" back the way it came;
        both end one frame before they would begin anew.
    directions : tuple of Direction
        What the channels of the keyframes are called and what they add.
    music : Music or None
        What lies under the film, and what of the film follows it.

    Raises
    ------
    MorphError
        If keyframes or directions do not fit together.
    """

    keyframes: tuple[Keyframe, ...]
    repeat: Repeat = "once"
    directions: tuple[Direction, ...] = ()
    music: Music | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.keyframes) <= MOST_KEYFRAMES:
            raise MorphError(f"A timeline has 1 to {MOST_KEYFRAMES} keyframes and was given {len(self.keyframes)}.")
        vectors = [key.code for key in self.keyframes] + [direction.vector for direction in self.directions]
        lengths = {len(vector) for vector in vectors}
        if len(lengths) > 1:
            raise MorphError(
                f"The codes of a timeline are all of one length, these are of "
                f"{' and '.join(map(str, sorted(lengths)))} numbers; take keyframes of one model."
            )
        if len({direction.name for direction in self.directions}) < len(self.directions):
            raise MorphError("Two directions of this timeline have the same name; rename one.")
        if self.repeat not in REPEATS:
            raise MorphError(f"A timeline cannot be repeated {self.repeat!r}; use {', '.join(REPEATS)}.")

    @classmethod
    def through(cls, codes: FloatArray, segment: Segment | None = None, *, repeat: Repeat = "once") -> Timeline:
        """A timeline through codes ``(n, dim)``, with the same segment everywhere."""
        way = Segment() if segment is None else segment
        return cls(tuple(Keyframe(code, segment=way) for code in codes), repeat)

    @property
    def dim(self) -> int:
        """How many numbers each code has."""
        return len(self.keyframes[0].code)

    @property
    def codes(self) -> FloatArray:
        """The codes of the keyframes, ``(n, dim)``."""
        return np.stack([key.code for key in self.keyframes])

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments that are walked: one fewer than keyframes, or as many where the timeline loops."""
        keys = self.keyframes if self.repeat == "loop" else self.keyframes[:-1]
        return tuple(key.segment for key in keys)

    @property
    def seconds(self) -> float:
        """How long it takes, the way back of a ping-pong included."""
        return self.one_way * (2 if self.repeat == "ping-pong" else 1)

    @property
    def one_way(self) -> float:
        """Seconds from the first keyframe to the end of the last segment, or of the last hold."""
        return self._ends[-1]

    def time_of(self, index: int) -> float:
        """Seconds at which keyframe ``index`` is reached (its hold begins)."""
        return self._arrivals[self._index(index)]

    def moment(self, seconds: float) -> Moment:
        """Where a time, 0 to `seconds`, falls; times beyond either end fall on it. Keyframes are met exactly."""
        if self.repeat == "ping-pong" and seconds > self.one_way:
            seconds = self.seconds - seconds
        same = _SAME * max(self.one_way, 1.0)
        number = bisect_right(self._arrivals, seconds + same) - 1
        number = min(max(number, 0), len(self.keyframes) - 1)
        key = self.keyframes[number]
        left = seconds - self._arrivals[number] - key.hold
        if left <= same or (number == len(self.keyframes) - 1 and self.repeat != "loop"):
            return Moment(number, 0.0)
        share = left / key.segment.seconds
        return Moment(number, 1.0 if left >= key.segment.seconds - same else share)

    # Edits

    def insert(self, index: int, keyframe: Keyframe) -> Timeline:
        """With a keyframe before that of ``index``, or at the end; what follows comes later by its hold and segment."""
        if not 0 <= index <= len(self.keyframes):
            raise MorphError(f"There is no place {index} in a timeline of {len(self.keyframes)} keyframes.")
        return self._with((*self.keyframes[:index], keyframe, *self.keyframes[index:]))

    def split(self, seconds: float, code: FloatArray, name: str = "") -> Timeline:
        """With a keyframe in the midst of a segment, at a time on the way there: nothing else changes its time."""
        moment = self.moment(seconds)
        key = self.keyframes[moment.number]
        before = key.segment.seconds * moment.share
        if not 0 < moment.share < 1 or seconds > self.one_way:
            raise MorphError("There is a keyframe at this time already; move it, or choose a time between two.")
        first = replace(key, segment=replace(key.segment, seconds=before))
        rest = replace(key.segment, seconds=key.segment.seconds - before)
        new = Keyframe(code, name, segment=rest)
        return self._with((*self.keyframes[: moment.number], first, new, *self.keyframes[moment.number + 1 :]))

    def remove(self, index: int, *, ripple: bool = True) -> Timeline:
        """Without a keyframe. What follows comes earlier by its time, or with ``ripple=False`` keeps its time."""
        index = self._index(index)
        if len(self.keyframes) == 1:
            raise MorphError("The last keyframe of a timeline cannot be removed; replace it instead.")
        keys = list(self.keyframes)
        gone = keys.pop(index)
        is_between = 0 < index < len(keys) or (index == len(keys) and self.repeat == "loop")
        if not ripple and is_between:
            keys[index - 1] = _lasting(keys[index - 1], gone.hold + gone.segment.seconds)
        return self._with(keys)

    def move(self, index: int, to: int) -> Timeline:
        """With a keyframe, its hold and its segment at another place in the order."""
        keys = list(self.keyframes)
        key = keys.pop(self._index(index))
        keys.insert(self._index(to), key)
        return self._with(keys)

    def copy(self, index: int, to: int) -> Timeline:
        """With a copy of a keyframe before that of ``to``, or at the end."""
        return self.insert(to, self.keyframes[self._index(index)])

    def slide(self, index: int, seconds: float, *, ripple: bool = False) -> Timeline:
        """With a keyframe later (or earlier) by some seconds; with ``ripple`` all that follow go along, else none."""
        index = self._index(index)
        if index == 0:
            raise MorphError("The first keyframe stands at the beginning; slide another one, or hold it longer.")
        keys = list(self.keyframes)
        keys[index - 1] = _lasting(keys[index - 1], seconds)
        if not ripple and (index < len(keys) - 1 or self.repeat == "loop"):
            keys[index] = _lasting(keys[index], -seconds)
        return self._with(keys)

    def stretch(self, factor: float) -> Timeline:
        """All times, holds included, multiplied."""
        if not 0 < factor < float("inf"):
            raise MorphError(f"A timeline cannot be stretched {factor:g} times; use a number above 0.")
        return self._with(
            replace(key, hold=key.hold * factor, segment=replace(key.segment, seconds=key.segment.seconds * factor))
            for key in self.keyframes
        )

    def replaced(self, index: int, keyframe: Keyframe) -> Timeline:
        """With another keyframe in the place of one."""
        index = self._index(index)
        return self._with((*self.keyframes[:index], keyframe, *self.keyframes[index + 1 :]))

    def repeated(self, repeat: Repeat) -> Timeline:
        """Played once, in a loop or there and back."""
        return replace(self, repeat=repeat)

    def _with(self, keyframes: Iterable[Keyframe]) -> Timeline:
        return replace(self, keyframes=tuple(keyframes))

    def _index(self, index: int) -> int:
        if not 0 <= index < len(self.keyframes):
            raise MorphError(f"There is no keyframe {index} in a timeline of {len(self.keyframes)}.")
        return index

    @cached_property
    def _ends(self) -> Sequence[float]:
        """When each keyframe has been left and its segment walked."""
        times = [key.hold + key.segment.seconds for key in self.keyframes]
        if self.repeat != "loop":
            times[-1] = self.keyframes[-1].hold
        return list(accumulate(times))

    @cached_property
    def _arrivals(self) -> Sequence[float]:
        return [0.0, *self._ends[:-1]]


def _lasting(key: Keyframe, more: float) -> Keyframe:
    """A keyframe whose segment takes longer by some seconds."""
    return replace(key, segment=replace(key.segment, seconds=key.segment.seconds + more))
