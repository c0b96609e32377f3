"""How a point that is dragged looks: a disc where it is, an arrow, a diamond where it should go, and its number."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen, QPolygonF

RADIUS = 9.0  # of disc and diamond, in logical pixels
_DARK, _LIGHT = QColor(20, 22, 26), QColor(255, 255, 255)  # together they are seen on every picture
_TIP = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One point on the screen; without a ``target`` it is to stay."""

    number: int
    start: QPointF
    target: QPointF | None
    chosen: bool


def paint_mark(painter: QPainter, mark: Mark, palette: QPalette) -> None:
    """The chosen one is in the accent colour, with a wider rim."""
    fill, text = (palette.color(QPalette.ColorRole.Accent), palette.color(QPalette.ColorRole.HighlightedText))
    if not mark.chosen:
        fill, text = _DARK, _LIGHT
    rim = 2.5 if mark.chosen else 1.5
    if mark.target is not None:
        _paint_arrow(painter, mark.start, mark.target, fill)
        _paint_shape(painter, _diamond(mark.target), fill, rim)
        _paint_number(painter, mark.target, mark.number, text)
    _paint_shape(painter, mark.start, fill, rim)
    _paint_number(painter, mark.start, mark.number, text)


def _paint_arrow(painter: QPainter, start: QPointF, target: QPointF, fill: QColor) -> None:
    way = QLineF(start, target)
    if way.length() < 2 * RADIUS + 2:  # disc and diamond touch
        return
    along = (target - start) / way.length()
    across = QPointF(-along.y(), along.x())
    tip = target - along * (RADIUS + 2)
    base = tip - along * _TIP
    line = QLineF(start + along * RADIUS, base)
    head = QPolygonF([tip, base + across * _TIP * 0.55, base - across * _TIP * 0.55])
    for colour, width in ((_LIGHT, 5.0), (fill, 2.25)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(line)
        painter.setPen(QPen(_LIGHT, 1.5))
        painter.setBrush(fill)
        painter.drawPolygon(head)


def _paint_shape(painter: QPainter, shape: QPointF | QPolygonF, fill: QColor, rim: float) -> None:
    for colour, width in ((_DARK, rim + 2), (_LIGHT, rim)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(fill)
        if isinstance(shape, QPolygonF):
            painter.drawPolygon(shape)
        else:
            painter.drawEllipse(shape, RADIUS, RADIUS)


def _diamond(centre: QPointF) -> QPolygonF:
    half = RADIUS * math.sqrt(2)
    return QPolygonF([centre + QPointF(x, y) for x, y in ((0, -half), (half, 0), (0, half), (-half, 0))])


def _paint_number(painter: QPainter, at: QPointF, number: int, colour: QColor) -> None:
    font = QFont(painter.font())
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(colour)
    room = QRectF(at.x() - RADIUS, at.y() - RADIUS, 2 * RADIUS, 2 * RADIUS)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, str(number))
