"""How long what moves may take."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle, QWidget

LONGEST = 200


def milliseconds(widget: QWidget) -> int:
    """The duration of a motion in ``widget``; 0 where the system asks for none."""
    wanted = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)
    return min(max(wanted, 0), LONGEST)
