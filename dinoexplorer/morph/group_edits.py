"""Edits of several keyframes at once: moved, copied, stretched, taken away, given the same way on.

Times are those of the timeline. Keyframes may pass others; what is in the way of one is pushed on as far as it must.
The film begins with the earliest keyframe, whichever that is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from dinoexplorer.morph.edits import LEAST, Edit, with_key, with_segment
from dinoexplorer.morph.keyframe import LONGEST, Keyframe
from dinoexplorer.morph.timeline import Timeline

_LEAST_FACTOR = 0.01


@dataclass(frozen=True, slots=True)
class _Placed:
    """A keyframe at its time; it is among the chosen ones afterwards, or the one in hand."""

    seconds: float
    key: Keyframe
    chosen: bool = False
    in_hand: bool = False


def moved_all(timeline: Timeline, chosen: Collection[int], lead: int, by: float, *, ripple: bool) -> Edit:
    """The chosen ones some seconds later or earlier; with ``ripple`` what follows the last of them goes along."""
    moving = set(chosen)
    if ripple:
        first = min(moving)
        moving |= set(range(max(moving), len(timeline.keyframes)))
        if first > 0:  # what goes along passes nobody
            before = timeline.keyframes[first - 1]
            by = max(by, timeline.time_of(first - 1) + before.hold + LEAST - timeline.time_of(first))
    placed = [
        replace(each, seconds=each.seconds + (by if index in moving else 0.0))
        for index, each in enumerate(_placed(timeline, chosen, lead))
    ]
    end = timeline.one_way + (by if ripple else 0.0)
    return _laid_out(timeline, placed, end, f"moved {_count(chosen)}")


def copied_all(timeline: Timeline, chosen: Collection[int], lead: int, by: float) -> Edit:
    """Copies of the chosen ones some seconds later or earlier; they are the chosen ones then."""
    placed = _placed(timeline, (), -1)
    copies = [
        replace(placed[index], seconds=placed[index].seconds + by, chosen=True, in_hand=index == lead)
        for index in sorted(chosen)
    ]
    return _laid_out(timeline, [*placed, *copies], timeline.one_way, f"copied {_count(chosen)}")


def stretched(
    timeline: Timeline, chosen: Collection[int], lead: int, factor: float, *, about_last: bool, ripple: bool
) -> Edit:
    """The times of the chosen ones, holds included, multiplied about the first or the last of them.

    With ``ripple`` what follows the last of them goes along with it.
    """
    factor = max(factor, _LEAST_FACTOR)
    first, last = min(chosen), max(chosen)
    pivot = timeline.time_of(last if about_last else first)
    placed = []
    for index, each in enumerate(_placed(timeline, chosen, lead)):
        if index in chosen:
            hold = min(each.key.hold * factor, LONGEST)
            stretched_to = pivot + (each.seconds - pivot) * factor
            placed.append(replace(each, seconds=stretched_to, key=replace(each.key, hold=hold)))
        else:
            placed.append(each)
    before = timeline.time_of(last) + timeline.keyframes[last].hold
    later = placed[last].seconds + placed[last].key.hold - before if ripple else 0.0
    placed[last + 1 :] = [replace(each, seconds=each.seconds + later) for each in placed[last + 1 :]]
    return _laid_out(timeline, placed, timeline.one_way + later, f"stretched {_count(chosen)}")


def removed_all(timeline: Timeline, chosen: Collection[int], *, ripple: bool) -> Edit:
    """Without the chosen ones; with ``ripple`` what follows comes earlier, else it keeps its time."""
    what = f"removed {_count(chosen)}"
    if len(chosen) == len(timeline.keyframes):
        return Edit(None, what, 0)
    for index in sorted(chosen, reverse=True):
        timeline = timeline.remove(index, ripple=ripple)
    return Edit(timeline, what, max(min(chosen) - 1, 0))


def reordered_all(timeline: Timeline, chosen: Collection[int], lead: int, by: int) -> Edit:
    """The chosen ones one place further on (``by`` 1) or back (-1) in the order; at either end they all stay."""
    what = f"reordered {_count(chosen)}"
    edge = len(timeline.keyframes) - 1 if by > 0 else 0
    if edge in chosen:
        return Edit(timeline, what, lead, frozenset(chosen))
    for index in sorted(chosen, reverse=by > 0):
        timeline = timeline.move(index, index + by)
    return Edit(timeline, what, lead + by, frozenset(index + by for index in chosen))


def with_segments(timeline: Timeline, chosen: Collection[int], lead: int, part: str, value: Any) -> Edit:
    """The segments that leave the chosen ones with the same "seconds", "easing" or "path"."""
    what = ""
    for index in sorted(chosen):
        edit = with_segment(timeline, index, part, value)
        timeline, what = edit.timeline or timeline, edit.what.partition(" ")[0]
    return Edit(timeline, f"{what} of {len(chosen)} segments", lead, frozenset(chosen))


def lasting_all(timeline: Timeline, chosen: Collection[int], lead: int, more: float) -> Edit:
    """The segments that leave the chosen ones longer by some seconds; what follows goes along."""
    for index in chosen:
        seconds = min(max(timeline.keyframes[index].segment.seconds + more, LEAST), LONGEST)
        timeline = with_segment(timeline, index, "seconds", seconds).timeline or timeline
    return Edit(timeline, f"duration of {len(chosen)} segments", lead, frozenset(chosen))


def held_all(timeline: Timeline, chosen: Collection[int], lead: int, seconds: float) -> Edit:
    """The chosen ones held as long."""
    for index in chosen:
        timeline = with_key(timeline, index, "hold", seconds).timeline or timeline
    return Edit(timeline, f"held {_count(chosen)}", lead, frozenset(chosen))


def _placed(timeline: Timeline, chosen: Collection[int], lead: int) -> list[_Placed]:
    return [
        _Placed(timeline.time_of(index), key, index in chosen, index == lead)
        for index, key in enumerate(timeline.keyframes)
    ]


def _laid_out(timeline: Timeline, placed: list[_Placed], end: float, what: str) -> Edit:
    """The keyframes in the order of their times; ``end`` is when a loop is back at its beginning."""
    placed = sorted(placed, key=lambda each: each.seconds)
    start, keys = placed[0].seconds, []
    now = start
    for each, following in pairwise(placed):
        arrival = max(following.seconds, now + each.key.hold + LEAST)
        seconds = min(arrival - now - each.key.hold, LONGEST)
        keys.append(replace(each.key, segment=replace(each.key.segment, seconds=seconds)))
        now += each.key.hold + seconds
    last = placed[-1].key
    if timeline.repeat == "loop":  # it was at ``end`` that it came back, and it does so again where that is possible
        own = last.segment.seconds
        left = end - now - last.hold
        last = replace(last, segment=replace(last.segment, seconds=min(left if left >= LEAST else own, LONGEST)))
    chosen = frozenset(index for index, each in enumerate(placed) if each.chosen)
    lead = next((index for index, each in enumerate(placed) if each.in_hand), 0)
    return Edit(replace(timeline, keyframes=(*keys, last)), what, lead, chosen)


def _count(chosen: Collection[int]) -> str:
    return f"{len(chosen)} keyframes"
