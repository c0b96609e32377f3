"""The timeline in words: for screen readers and tool tips."""

from __future__ import annotations

from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.curves import easing_title, path_title
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.lanes import Spot
from dinoexplorer.ui.morph.time_scale import figure


def describe(timeline: Timeline | None, selection: KeySelection) -> str:
    """What is selected, and how it goes on from there."""
    if timeline is None:
        return "No keyframes."
    if selection.several:
        start, end = (figure(timeline.time_of(index)) for index in (selection.first, selection.last))
        return f"{len(selection.chosen)} of {len(timeline.keyframes)} keyframes selected, from {start} to {end} s."
    selected = selection.lead
    key = timeline.keyframes[selected]
    name = f", {key.name}" if key.name else ""
    place = f"Keyframe {selected + 1} of {len(timeline.keyframes)}{name}, at {figure(timeline.time_of(selected))} s"
    held = f", held {figure(key.hold)} s" if key.hold else ""
    if selected >= len(timeline.segments):
        return f"{place}{held}; the last."
    return f"{place}{held}; then {_way(timeline, selected)}."


def explain(timeline: Timeline | None, spot: Spot) -> str:
    """What is under the pointer and what can be done with it."""
    if timeline is None or spot.part == "empty":
        return "" if timeline is not None else "Drop pictures here to make keyframes of them."
    if spot.part == "key":
        key = timeline.keyframes[spot.index]
        what = key.name or f"Keyframe {spot.index + 1}"
        return (
            f"{what}, at {figure(timeline.time_of(spot.index))} s. Drag to move it, with Shift what follows goes "
            "along, with Ctrl a copy is made, with Alt it keeps to no beat and several selected ones are stretched; "
            "Ctrl and Shift with a click select more; a right click offers more."
        )
    if spot.part in {"first", "last"}:
        return "Drag to stretch the keyframes that are selected. With Shift what follows goes along."
    if spot.part in {"edge", "segment"}:
        drag = "Drag to stretch it. " if spot.part == "edge" else "Drag its end to stretch it. "
        return f"{_way(timeline, spot.index)}. {drag}A right click chooses the easing and the path."
    return "Drag to go through the film. The wheel zooms, with Shift it moves along; a double click shows the whole."


def _way(timeline: Timeline, index: int) -> str:
    segment = timeline.keyframes[index].segment
    return f"{figure(segment.seconds)} s, {easing_title(segment.easing)}, {path_title(segment.path)}"
