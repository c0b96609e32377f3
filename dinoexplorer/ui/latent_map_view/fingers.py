"""Fingers on the map: one steers, two move and zoom it."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtGui import QEventPoint, QTouchEvent


class Fingers(QObject):
    """Tells what the fingers of a touch screen do.

    A second finger turns what the first one began into moving and zooming. A finger that is left over does nothing
    until all have gone, or lifting two would steer.
    """

    pressed = Signal(QPointF)
    moved = Signal(QPointF)
    lifted = Signal()
    taken_back = Signal()  # the one finger meant no steering
    spread = Signal(QPointF, float, QPointF)  # how far their middle moved, how much farther apart they are, the middle

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steering = self._viewing = False
        self._pair: tuple[frozenset[int], QPointF, float] | None = None

    def take(self, event: QTouchEvent) -> None:
        """Follow one event of the screen."""
        points = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        if event.type() == QEvent.Type.TouchCancel:
            self._let_go(cancelled=True)
        elif not points:
            self._let_go()
        elif len(points) >= 2:
            self._view(*points[:2])
        elif self._viewing:
            self._pair = None
        elif self._steering:
            self.moved.emit(points[0].position())
        else:
            self._steering = True
            self.pressed.emit(points[0].position())

    def _view(self, one: QEventPoint, two: QEventPoint) -> None:
        if self._steering:
            self._steering = False
            self.taken_back.emit()
        self._viewing = True
        middle, away = (one.position() + two.position()) / 2, one.position() - two.position()
        apart = max(math.hypot(away.x(), away.y()), 1.0)
        both = frozenset({one.id(), two.id()})
        if self._pair is not None and self._pair[0] == both:
            self.spread.emit(middle - self._pair[1], apart / self._pair[2], middle)
        self._pair = (both, middle, apart)

    def _let_go(self, *, cancelled: bool = False) -> None:
        steering, self._steering, self._viewing, self._pair = self._steering, False, False, None
        if steering:
            (self.taken_back if cancelled else self.lifted).emit()
