"""The bracket over several selected keyframes: its ends are dragged to stretch them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.morph import lanes
from dinoexplorer.ui.morph.key_selection import KeySelection
from dinoexplorer.ui.morph.lanes import Spot
from dinoexplorer.ui.morph.time_scale import TimeScale

_MIDDLE = lanes.KEYS_TOP - 5.0
_SIDE = 7.0
_REACH = 9.0  # pixels by which a hand may miss an end


def ends(timeline: Timeline, scale: TimeScale, selection: KeySelection) -> tuple[QPointF, QPointF]:
    """The middles of both ends."""
    first, last = (scale.x(timeline.time_of(index)) for index in (selection.first, selection.last))
    return QPointF(first, _MIDDLE), QPointF(last, _MIDDLE)


def end_at(timeline: Timeline | None, scale: TimeScale, selection: KeySelection, at: QPointF) -> Spot | None:
    """The end that lies at a place, with its keyframe; None where there is none."""
    if timeline is None or not selection.several or not lanes.RULER <= at.y() < lanes.KEYS_TOP:
        return None
    first, last = (abs(end.x() - at.x()) for end in ends(timeline, scale, selection))
    if min(first, last) > _REACH:
        return None
    return Spot("first", selection.first) if first < last else Spot("last", selection.last)


def paint(painter: QPainter, places: tuple[QPointF, QPointF], colour: QColor) -> None:
    """A line from one end to the other, with a square on each."""
    painter.setPen(QPen(colour, 2))
    painter.drawLine(*places)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for place in places:
        painter.drawRect(QRectF(place.x() - _SIDE / 2, place.y() - _SIDE / 2, _SIDE, _SIDE))
