"""Edits of a timeline's music: the sound, its beginning, the beats that keyframes keep to, and what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dinoexplorer.morph.beats import Beats, near_times, on_the_beat, on_times
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.hearing import Song
from dinoexplorer.morph.keyframe import LONGEST, Direction
from dinoexplorer.morph.music import Following, Music
from dinoexplorer.morph.timeline import Timeline

NEAREST = 0
"""Instead of every so many beats: the nearest one."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What keyframes are set to.

    Attributes
    ----------
    beats : Beats or None
        None for the onsets of the sound.
    every : int
        Keyframes one after the other on every so many of them, or `NEAREST`.
    """

    beats: Beats | None
    every: int = NEAREST


def heard_from(timeline: Timeline, song: Song) -> Timeline:
    """With another sound under it, from its beginning; what followed the one before follows this one."""
    music = timeline.music or Music()
    return replace(timeline, music=replace(music, path=str(song.path), sha256=song.sha256, start=0.0, beats=None))


def begun_at(timeline: Timeline, seconds: float) -> Timeline:
    """With another second of the sound at the beginning of the film."""
    return replace(timeline, music=(timeline.music or Music()).beginning_at(seconds))


def following(timeline: Timeline, wish: Following, direction: Direction | None) -> Timeline:
    """With one more following, along ``direction`` where it is not the truncation."""
    music = timeline.music or Music()
    with_it = replace(timeline, music=replace(music, followings=(*music.followings, wish)))
    return with_it if direction is None else _with_direction(with_it, direction)


def follows(timeline: Timeline, channel: str, wish: Following | None, direction: Direction | None) -> Timeline:
    """With one following of a channel in place of those that it had; None for no following at all."""
    music = timeline.music or Music()
    others = tuple(each for each in music.followings if each.channel != channel)
    without = _without_idle(replace(timeline, music=replace(music, followings=others)))
    return without if wish is None else following(without, wish, direction)


def set_to(timeline: Timeline, grid: Grid, onsets: Sequence[float]) -> Timeline:
    """With its keyframes on a grid, which its music keeps; ``onsets`` in seconds of the film.

    Raises
    ------
    MorphError
        If there is nothing to set them to, or a keyframe would be left no time to be reached.
    """
    if len(timeline.keyframes) == 1 and timeline.repeat != "loop":
        raise MorphError("A single keyframe stands at the beginning; add another one to set it to a beat.")
    if grid.beats is None and not any(time > 0 for time in onsets):
        raise MorphError("Nothing begins in this sound after the film has begun; set the keyframes to beats instead.")
    beats = grid.beats
    if beats is not None and grid.every == NEAREST:
        placed = on_the_beat(timeline, beats)
    elif beats is not None:
        needed = (len(timeline.keyframes) + 2) * grid.every * beats.seconds + sum(k.hold for k in timeline.keyframes)
        placed = on_times(timeline, beats.lines(min(needed, LONGEST), grid.every))
    elif grid.every == NEAREST:
        placed = near_times(timeline, onsets)
    else:
        later = [time for time in onsets if time > 0]
        placed = on_times(timeline, later[grid.every - 1 :: grid.every])
    return replace(placed, music=replace(timeline.music or Music(), beats=beats))


def without_music(timeline: Timeline) -> Timeline:
    """Without sound, beats and followings."""
    return _without_idle(replace(timeline, music=None))


def _with_direction(timeline: Timeline, direction: Direction) -> Timeline:
    others = tuple(each for each in timeline.directions if each.name != direction.name)
    return replace(timeline, directions=(*others, direction))


def _without_idle(timeline: Timeline) -> Timeline:
    """Without the directions that no keyframe names and nothing follows along."""
    used = {name for key in timeline.keyframes for name in key.channels}
    used |= {each.channel for each in (timeline.music or Music()).followings}
    return replace(timeline, directions=tuple(each for each in timeline.directions if each.name in used))
