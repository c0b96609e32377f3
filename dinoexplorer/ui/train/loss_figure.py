"""The plot of the best loss, or of what else runs judge themselves by, against the value of a setting."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen, QPolygonF

from dinoexplorer.ui.train.curve_maths import padded_range
from dinoexplorer.ui.train.figures import short_number

_TICKS = 5
_WIDE = 20  # values this many times apart are drawn on a logarithmic axis
_DOT, _AIR = 4.5, 14.0


@dataclass(frozen=True, slots=True)
class LossFigure:
    """One point for each value.

    Attributes
    ----------
    values, losses
        In the order of the values; both of the same length, all finite.
    """

    setting: str
    metric: str
    values: tuple[float, ...]
    losses: tuple[float, ...]
    more_is_better: bool = False

    @property
    def title(self) -> str:
        return f"Best {self.metric} against {self.setting}"

    @property
    def best(self) -> int:
        """Place of the best value: the lowest, or the highest where more is better."""
        return int(np.argmax(self.losses) if self.more_is_better else np.argmin(self.losses))

    @property
    def is_log(self) -> bool:
        """Whether the values are spread evenly by their logarithm."""
        return min(self.values) > 0 and max(self.values) / min(self.values) >= _WIDE

    def size(self) -> QSizeF:
        """The size in a file."""
        return QSizeF(640, 400)

    def paint(self, painter: QPainter, area: QRectF, palette: QPalette, _scale: float = 1.0) -> None:
        """Paint title, axes and points into ``area``."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        line = metrics.height()
        text, muted = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
        low, high = padded_range([np.array(self.losses)])
        ticks = nice_ticks(low, high)
        left = max((metrics.horizontalAdvance(short_number(tick)) for tick in ticks), default=0) + _AIR
        box = area.adjusted(left + _AIR, 2.2 * line + _AIR, -2 * _AIR, -(2.6 * line + _AIR))
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setPen(text)
        painter.setFont(bold)
        painter.drawText(QPointF(area.left() + _AIR, area.top() + _AIR + metrics.ascent()), self.title)
        painter.setFont(QFont())
        if box.width() > 20 and box.height() > 20:
            for tick in ticks:
                y = box.bottom() - (tick - low) / (high - low) * box.height()
                painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                painter.setPen(muted)
                place = QRectF(area.left(), y - line, left + _AIR - 8, 2 * line)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short_number(tick))
            points = [
                QPointF(x, box.bottom() - (loss - low) / (high - low) * box.height())
                for x, loss in zip(self._places(box), self.losses, strict=True)
            ]
            self._paint_values(painter, box, points)
            self._paint_points(painter, points, palette)
        painter.setPen(muted)
        place = QRectF(box.left(), area.bottom() - _AIR - line, box.width(), line)
        name = f"{self.setting}, logarithmic" if self.is_log else self.setting
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, name)
        painter.restore()

    def _places(self, box: QRectF) -> list[float]:
        values = [math.log(value) for value in self.values] if self.is_log else list(self.values)
        low, reach = min(values), (max(values) - min(values)) or 1.0
        inner = box.adjusted(24, 0, -24, 0)
        return [inner.left() + (value - low) / reach * inner.width() for value in values]

    def _paint_values(self, painter: QPainter, box: QRectF, points: list[QPointF]) -> None:
        """The values themselves below the axis, where they do not run into each other."""
        metrics, free = painter.fontMetrics(), -math.inf
        for point, value in zip(points, self.values, strict=True):
            text = short_number(value)
            half = metrics.horizontalAdvance(text) / 2
            if point.x() - half > free:
                painter.drawText(QPointF(point.x() - half, box.bottom() + 6 + metrics.ascent()), text)
                free = point.x() + half + 6

    def _paint_points(self, painter: QPainter, points: list[QPointF], palette: QPalette) -> None:
        accent = palette.color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        best, metrics, free = self.best, painter.fontMetrics(), -math.inf
        for index, (point, loss) in enumerate(zip(points, self.losses, strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(point, _DOT, _DOT)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if index == best:
                painter.setPen(QPen(accent, 1.5))
                painter.drawEllipse(point, _DOT + 4, _DOT + 4)
            text = f"{short_number(loss)}, best" if index == best else short_number(loss)
            half = metrics.horizontalAdvance(text) / 2
            if index == best or point.x() - half > free:
                painter.setPen(palette.color(QPalette.ColorRole.Text))
                painter.drawText(QPointF(point.x() - half, point.y() - 12), text)
                free = point.x() + half + 6


def nice_ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """About ``count`` round numbers from ``low`` to ``high``."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step)
    return [round(number * step, 12) for number in range(first, math.floor(high / step) + 1)]
