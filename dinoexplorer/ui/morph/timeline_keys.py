"""What the keys do on the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from dinoexplorer.morph import edits, group_edits
from dinoexplorer.morph.edits import Edit
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph.key_selection import KeySelection

_NUDGE = 0.1  # seconds; with Shift a second
_PLUS = {Qt.Key.Key_Plus, Qt.Key.Key_Equal}
_DELETE = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ENDS = {Qt.Key.Key_Home, Qt.Key.Key_End}
_STRETCH = {Qt.Key.Key_Up: 1.1, Qt.Key.Key_Down: 1 / 1.1}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key asks for: one of the names, or the keyframe to select."""

    what: str
    index: int = -1


def wish_of(event: QKeyEvent, selected: int, count: int) -> Wish | None:
    """A wish that changes nothing of the timeline.

    "copy", "cut", "paste", "play", "menu", "fit", "select" a keyframe, "extend" the selection up to one, select "all".
    """
    for sequence, what in (
        (QKeySequence.StandardKey.Copy, "copy"),
        (QKeySequence.StandardKey.Cut, "cut"),
        (QKeySequence.StandardKey.Paste, "paste"),
        (QKeySequence.StandardKey.SelectAll, "all"),
    ):
        if event.matches(sequence):
            return Wish(what)
    key = Qt.Key(event.key())
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held == Qt.KeyboardModifier.ShiftModifier and key in {*_STEPS, *_ENDS}:
        return Wish("extend", _stepped(key, selected, count))
    if held:
        return None
    plain = {Qt.Key.Key_Space: "play", Qt.Key.Key_Return: "menu", Qt.Key.Key_Enter: "menu", Qt.Key.Key_0: "fit"}
    if key in plain:
        return Wish(plain[key])
    if key in {*_STEPS, *_ENDS}:
        return Wish("select", _stepped(key, selected, count))
    return None


def edit_of(event: QKeyEvent, timeline: Timeline, selection: KeySelection) -> Edit | None:
    """The edit that a key makes of all that are selected; None where it makes none.

    Delete takes a keyframe away, Alt and an arrow moves it by a tenth of a second, Ctrl and an arrow changes the order,
    + and - change how long its segment takes; Alt and an arrow up or down stretches several. Shift lets what follows go
    along, and makes + and - ten times as much.
    """
    key, held = Qt.Key(event.key()), event.modifiers()
    shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
    if selection.several:
        return _edit_of_all(key, held, timeline, selection, shift=shift)
    selected = selection.lead
    if key in _DELETE:
        return edits.removed(timeline, selected, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.AltModifier:
        seconds = timeline.time_of(selected) + _STEPS[key] * _NUDGE
        return edits.moved(timeline, selected, seconds, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.ControlModifier:
        return edits.reordered(timeline, selected, _STEPS[key])
    if more := _more(key, held, shift=shift):
        return edits.lasting(timeline, selected, timeline.keyframes[selected].segment.seconds + more)
    return None


def _edit_of_all(
    key: Qt.Key, held: Qt.KeyboardModifier, timeline: Timeline, selection: KeySelection, *, shift: bool
) -> Edit | None:
    chosen, lead = selection.chosen, selection.lead
    if key in _DELETE:
        return group_edits.removed_all(timeline, chosen, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.AltModifier:
        return group_edits.moved_all(timeline, chosen, lead, _STEPS[key] * _NUDGE, ripple=shift)
    if key in _STRETCH and held & Qt.KeyboardModifier.AltModifier:
        return group_edits.stretched(timeline, chosen, lead, _STRETCH[key], about_last=False, ripple=shift)
    if key in _STEPS and held & Qt.KeyboardModifier.ControlModifier:
        return group_edits.reordered_all(timeline, chosen, lead, _STEPS[key])
    if more := _more(key, held, shift=shift):
        return group_edits.lasting_all(timeline, chosen, lead, more)
    return None


def _more(key: Qt.Key, held: Qt.KeyboardModifier, *, shift: bool) -> float:
    """Seconds by which + and - change a segment; 0 for any other key."""
    longer = key in _PLUS or key == Qt.Key.Key_Asterisk  # which + is with Shift on some keyboards
    shorter = key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}
    if not (longer or shorter) or held & Qt.KeyboardModifier.ControlModifier:
        return 0.0
    more = _NUDGE * (10 if shift and key != Qt.Key.Key_Plus else 1)
    return more if longer else -more


def _stepped(key: Qt.Key, selected: int, count: int) -> int:
    """The keyframe to which an arrow, Home or End leads."""
    last = max(count - 1, 0)
    if key in _STEPS:
        return min(max(selected + _STEPS[key], 0), last)
    return 0 if key == Qt.Key.Key_Home else last
