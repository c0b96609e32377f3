"""A histogram of a report: one line of steps for each group, in the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinoexplorer.reports.wording import bin_of, middle_of
from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.texts import as_tool_tip, elided
from dinoexplorer.ui.train.figures import short_number

if TYPE_CHECKING:
    from training.evaluation.report import Histogram

_HEIGHT, _AIR, _MARK = 220, 12.0, 22.0
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class HistogramView(QWidget):
    """Lines differ in colour and in their dashes; the pointer reads a bin."""

    def __init__(self, histogram: Histogram, parent: QWidget) -> None:
        super().__init__(parent)
        self.histogram = histogram
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(histogram.title)
        middles = ", ".join(f"{name} {short_number(middle_of(histogram, name))}" for name in histogram.series)
        self.setAccessibleDescription(f"The middle of each group: {middles}; {histogram.unit}.")
        self._at = -1

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box, bins = self._box(), len(self.histogram.edges) - 1
        share = (event.position().x() - box.left()) / max(box.width(), 1)
        at = int(share * bins) if 0 <= share < 1 else -1
        if at != self._at:
            self._at = at
            self.setToolTip(as_tool_tip(bin_of(self.histogram, at)) if at >= 0 else "")
            self.update()

    def leaveEvent(self, _event: object) -> None:
        self._at = -1
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, histogram = self._box(), self.histogram
        top = max((max(shares, default=0.0) for shares in histogram.series.values()), default=0.0) or 1.0
        step = box.width() / max(len(histogram.edges) - 1, 1)
        if self._at >= 0:
            here = QRectF(box.left() + self._at * step, box.top(), step, box.height())
            painter.fillRect(here, palette.color(QPalette.ColorRole.AlternateBase))
        self._paint_head(painter)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, shares in enumerate(histogram.series.values()):
            painter.setPen(self._pen(place))
            points = QPolygonF()
            for index, share in enumerate(shares):
                y = box.bottom() - box.height() * share / top
                points.append(QPointF(box.left() + index * step, y))
                points.append(QPointF(box.left() + (index + 1) * step, y))
            painter.drawPolyline(points)
        self._paint_foot(painter, box)
        painter.end()

    def _box(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(_AIR, 2 * line + _AIR, -_AIR, -(line + _AIR))

    def _pen(self, place: int) -> QPen:
        return QPen(class_colour(place, dark=is_dark(self.palette())), 2, _DASHES[place % len(_DASHES)])

    def _paint_head(self, painter: QPainter) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        width = self.width() - 2 * int(_AIR)
        painter.drawText(QPointF(_AIR, metrics.ascent()), elided(self.histogram.title, metrics, width))
        x, y = _AIR, metrics.height() + metrics.ascent() + 3.0
        for place, name in enumerate(self.histogram.series):
            painter.setPen(self._pen(place))
            middle = y - metrics.ascent() / 2 + 1
            painter.drawLine(QPointF(x, middle), QPointF(x + _MARK, middle))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(x + _MARK + 6, y), name)
            x += _MARK + 6 + metrics.horizontalAdvance(name) + 2 * _AIR

    def _paint_foot(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        place = QRectF(box.left(), box.bottom() + 4, box.width(), self.fontMetrics().height())
        low, high = (short_number(self.histogram.edges[end]) for end in (0, -1))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, high)
        room = int(box.width()) - 2 * self.fontMetrics().horizontalAdvance("0.0000  ")
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, elided(self.histogram.unit, self.fontMetrics(), room))
