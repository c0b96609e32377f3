"""Edits of a timeline as a person makes them: what comes of each, what it is called, which keyframe is in hand then.

Where a move would leave no room for a segment it stops just before that; what cannot be is a `MorphError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import LONGEST, Keyframe, Segment
from dinoexplorer.morph.timeline import Moment, Repeat, Timeline

Named = tuple[str, FloatArray]
LEAST = 1e-2
"""Seconds that a hand leaves of a segment."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A timeline, or None when nothing is left of it, what made it, in words, and the keyframe that is in hand.

    ``chosen`` are all that are selected, where there are several.
    """

    timeline: Timeline | None
    what: str
    selected: int
    chosen: frozenset[int] = frozenset()


def added(timeline: Timeline | None, selected: int, named: Sequence[Named]) -> Edit:
    """Keyframes after the one that is selected; what follows comes later."""
    return _inserted(timeline, min(selected + 1, _count(timeline)), [Keyframe(code, name) for name, code in named])


def dropped(timeline: Timeline | None, seconds: float, named: Sequence[Named]) -> Edit:
    """Keyframes at a time: a single one divides the segment there, several push apart what follows."""
    if timeline is None or seconds > timeline.one_way:
        return added(timeline, _count(timeline), named)
    moment = timeline.moment(seconds)
    if len(named) == 1 and _has_room(timeline, moment):
        ((name, code),) = named
        return Edit(_split(timeline, moment, Keyframe(code, name)), "added a keyframe", moment.number + 1)
    return added(timeline, moment.number, named)


def pasted(timeline: Timeline | None, selected: int, keyframes: Sequence[Keyframe]) -> Edit:
    """Whole keyframes, with their segments, after the one that is selected."""
    if not keyframes:
        raise MorphError("There is nothing here to make a keyframe of; drop or choose pictures of this model.")
    index = min(selected + 1, _count(timeline))
    if timeline is None:
        return Edit(Timeline(tuple(keyframes)), _words(len(keyframes)), len(keyframes) - 1)
    for number, key in enumerate(keyframes):
        timeline = timeline.insert(index + number, key)
    last = index + len(keyframes) - 1
    return Edit(timeline, _words(len(keyframes)), last, frozenset(range(index, last + 1)))


def removed(timeline: Timeline, index: int, *, ripple: bool) -> Edit:
    """Without a keyframe; with ``ripple`` what follows comes earlier, else it keeps its time."""
    if len(timeline.keyframes) == 1:
        return Edit(None, "removed the last keyframe", 0)
    return Edit(timeline.remove(index, ripple=ripple), f"removed keyframe {index + 1}", max(index - 1, 0))


def moved(timeline: Timeline, index: int, seconds: float, *, ripple: bool) -> Edit:
    """A keyframe at another time: between its neighbours, past them, or with ``ripple`` along with all that follow."""
    what = f"moved keyframe {index + 1}"
    now = timeline.time_of(index)
    if index > 0 and (ripple or _before(timeline, index) < seconds < _after(timeline, index)):
        least = _left(timeline, index) + LEAST
        most = LONGEST if ripple else _right(timeline, index) - LEAST
        if most > least:
            return Edit(timeline.slide(index, min(max(seconds, least), most) - now, ripple=ripple), what, index)
    if ripple or len(timeline.keyframes) == 1 or _before(timeline, index) <= seconds <= _after(timeline, index):
        return Edit(timeline, what, index)  # the first one stands at the beginning
    key = timeline.keyframes[index]
    earlier = key.hold + key.segment.seconds if index == 0 else 0.0  # by which all come when the first one goes
    return replace(_put(timeline.remove(index, ripple=False), key, seconds - earlier, index), what=what)


def copied(timeline: Timeline, index: int, seconds: float) -> Edit:
    """A copy of a keyframe at a time."""
    edit = _put(timeline, timeline.keyframes[index], seconds, -1)
    return replace(edit, what=f"copied keyframe {index + 1}")


def reordered(timeline: Timeline, index: int, by: int) -> Edit:
    """A keyframe, with its hold and its segment, so many places further on; at either end it stays."""
    to = min(max(index + by, 0), len(timeline.keyframes) - 1)
    return Edit(timeline.move(index, to), f"reordered keyframe {index + 1}", to)


def lasting(timeline: Timeline, index: int, seconds: float) -> Edit:
    """A segment that takes another time; what follows goes along."""
    return with_segment(timeline, index, "seconds", min(max(seconds, LEAST), LONGEST))


def with_segment(timeline: Timeline, index: int, part: str, value: Any) -> Edit:
    """The segment that leaves a keyframe with another "seconds", "easing" or "path"."""
    key = timeline.keyframes[index]
    changed = replace(key, segment=replace(key.segment, **{part: value}))
    what = {"seconds": "duration", "easing": "easing", "path": "path"}[part]
    return Edit(timeline.replaced(index, changed), f"{what} of segment {index + 1}", index)


def with_key(timeline: Timeline, index: int, part: str, value: Any) -> Edit:
    """A keyframe with another "name", "hold" or "code"."""
    key = replace(timeline.keyframes[index], **{part: value})
    what = {"name": "renamed", "hold": "held", "code": "replaced"}[part]
    return Edit(timeline.replaced(index, key), f"{what} keyframe {index + 1}", index)


def repeated(timeline: Timeline, repeat: Repeat, selected: int) -> Edit:
    """Played once, in a loop, or there and back."""
    return Edit(timeline.repeated(repeat), {"once": "played once", "loop": "looped"}.get(repeat, repeat), selected)


def _put(timeline: Timeline, key: Keyframe, seconds: float, came_from: int) -> Edit:
    """A keyframe at a time: it divides the segment there, or stands at the end, or at the beginning."""
    moment = timeline.moment(seconds)
    if seconds <= 0 and came_from > 0:
        return Edit(timeline.insert(0, key), "", 0)
    index = moment.number + 1
    if _has_room(timeline, moment):
        return Edit(_split(timeline, moment, key), "", index)
    if index == len(timeline.keyframes):  # as far from the last one as the hand went
        last = timeline.keyframes[-1]
        gap = min(max(seconds - timeline.one_way, LEAST), LONGEST) if timeline.repeat != "loop" else None
        segment = last.segment if gap is None else replace(last.segment, seconds=gap)
        timeline = timeline.replaced(index - 1, replace(last, segment=segment))
    return Edit(timeline.insert(index, key), "", index)


def _has_room(timeline: Timeline, moment: Moment) -> bool:
    """Whether a time falls on a segment that can be divided."""
    return 0 < moment.share < 1 and timeline.keyframes[moment.number].segment.seconds > 2 * LEAST


def _split(timeline: Timeline, moment: Moment, key: Keyframe) -> Timeline:
    """With a keyframe that divides a segment, not too near to either end of it; held it would push what follows."""
    here = timeline.keyframes[moment.number]
    whole = here.segment.seconds
    share = min(max(moment.share * whole, LEAST), whole - LEAST)
    divided = timeline.split(timeline.time_of(moment.number) + here.hold + share, key.code, key.name)
    new = replace(divided.keyframes[moment.number + 1], channels=key.channels)
    return divided.replaced(moment.number + 1, new)


def _inserted(timeline: Timeline | None, index: int, keyframes: Sequence[Keyframe]) -> Edit:
    """Keyframes whose segments are as that of the one before them."""
    if timeline is not None:
        segment: Segment = timeline.keyframes[max(index - 1, 0)].segment
        keyframes = [replace(key, segment=segment) for key in keyframes]
    return replace(pasted(timeline, index - 1, keyframes), chosen=frozenset())


def _left(timeline: Timeline, index: int) -> float:
    return timeline.time_of(index - 1) + timeline.keyframes[index - 1].hold


def _right(timeline: Timeline, index: int) -> float:
    """How late a keyframe may be: its hold ends before the next one, or the way back to the first does."""
    key = timeline.keyframes[index]
    is_last = index == len(timeline.keyframes) - 1
    if is_last and timeline.repeat != "loop":
        return _left(timeline, index) + LONGEST
    return timeline.time_of(index) + key.segment.seconds


def _before(timeline: Timeline, index: int) -> float:
    return timeline.time_of(index - 1) if index > 0 else float("-inf")


def _after(timeline: Timeline, index: int) -> float:
    return timeline.time_of(index + 1) if index + 1 < len(timeline.keyframes) else float("inf")


def _count(timeline: Timeline | None) -> int:
    return 0 if timeline is None else len(timeline.keyframes)


def _words(count: int) -> str:
    return "added a keyframe" if count == 1 else f"added {count} keyframes"
