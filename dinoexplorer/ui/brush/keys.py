"""The keys that mean something to a brush."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
WAYS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
SIZES = {
    _Key.Key_BracketLeft: -1, _Key.Key_BracketRight: 1, _Key.Key_Minus: -1, _Key.Key_Plus: 1, _Key.Key_Equal: 1,
}  # fmt: skip
PENS = {_Key.Key_Space: False, _Key.Key_Delete: True, _Key.Key_Backspace: True}  # whether it erases
RECTANGLE = _Key.Key_R
_AGAIN = {(_Key.Key_Z, _Modifier.ControlModifier | _Modifier.ShiftModifier), (_Key.Key_Y, _Modifier.ControlModifier)}


def step_back(event: QKeyEvent) -> Literal["undo", "redo", ""]:
    """Whether a key takes a stroke back, or paints it again."""
    if event.matches(QKeySequence.StandardKey.Undo):
        return "undo"
    again = (Qt.Key(event.key()), event.modifiers()) in _AGAIN  # on every platform, as in the window
    return "redo" if again or event.matches(QKeySequence.StandardKey.Redo) else ""


def means_something(event: QKeyEvent, *, drawing: bool) -> bool:
    """Whether a key is the brush's; Escape only while it is ``drawing``."""
    if step_back(event):
        return True
    key, modifiers = Qt.Key(event.key()), event.modifiers()
    if modifiers & (_Modifier.ControlModifier | _Modifier.MetaModifier):
        return False
    if key == _Key.Key_Escape:
        return drawing
    plain = not modifiers & (_Modifier.ShiftModifier | _Modifier.AltModifier)
    return key in WAYS or key in SIZES or (plain and (key in PENS or key == RECTANGLE))
