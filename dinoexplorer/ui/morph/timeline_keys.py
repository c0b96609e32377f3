"""What the keys do on the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from dinoexplorer.morph import edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.timeline import Timeline

_NUDGE = 0.1  # seconds; with Shift a second
_PLUS = {Qt.Key.Key_Plus, Qt.Key.Key_Equal}
_DELETE = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ENDS = {Qt.Key.Key_Home, Qt.Key.Key_End}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key asks for: one of the names, or the keyframe to select."""

    what: str
    index: int = -1


def wish_of(event: QKeyEvent, selected: int, count: int) -> Wish | None:
    """A wish that changes nothing of the timeline: "copy", "cut", "paste", "play", "menu", "fit", "select"."""
    for sequence, what in (
        (QKeySequence.StandardKey.Copy, "copy"),
        (QKeySequence.StandardKey.Cut, "cut"),
        (QKeySequence.StandardKey.Paste, "paste"),
    ):
        if event.matches(sequence):
            return Wish(what)
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return None
    key = Qt.Key(event.key())
    plain = {Qt.Key.Key_Space: "play", Qt.Key.Key_Return: "menu", Qt.Key.Key_Enter: "menu", Qt.Key.Key_0: "fit"}
    if key in plain:
        return Wish(plain[key])
    if key in _STEPS:
        return Wish("select", min(max(selected + _STEPS[key], 0), max(count - 1, 0)))
    if key in _ENDS:
        return Wish("select", 0 if key == Qt.Key.Key_Home else max(count - 1, 0))
    return None


def edit_of(event: QKeyEvent, timeline: Timeline, selected: int) -> Edit | None:
    """The edit that a key makes; None where it makes none.

    Delete takes a keyframe away, Alt and an arrow moves it by a tenth of a second, Ctrl and an arrow changes the order,
    + and - change how long its segment takes. Shift lets what follows go along, and makes + and - ten times as much.
    """
    key, held = Qt.Key(event.key()), event.modifiers()
    shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
    if key in _DELETE:
        return edits.removed(timeline, selected, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.AltModifier:
        seconds = timeline.time_of(selected) + _STEPS[key] * _NUDGE
        return edits.moved(timeline, selected, seconds, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.ControlModifier:
        return edits.reordered(timeline, selected, _STEPS[key])
    longer = key in _PLUS or key == Qt.Key.Key_Asterisk  # which + is with Shift on some keyboards
    if (longer or key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}) and not held & Qt.KeyboardModifier.ControlModifier:
        more = _NUDGE * (10 if shift and key != Qt.Key.Key_Plus else 1)
        seconds = timeline.keyframes[selected].segment.seconds + (more if longer else -more)
        return edits.lasting(timeline, selected, seconds)
    return None
