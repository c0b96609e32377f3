"""A figure of several reports against something, painted in the colours of the theme."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip

from dinoexplorer.reports.comparing import Ink, Line, Mark, Part, Plot, Words, drawn
from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.texts import as_tool_tip
from dinoexplorer.ui.train.figure_view import FigureView
from dinoexplorer.ui.train.run_legend import draw_mark

_REACH = 12.0


@dataclass(frozen=True)
class ComparisonFigure:
    """See `dinoexplorer.ui.train.export_figures.Figure`."""

    plot: Plot

    @property
    def title(self) -> str:
        return self.plot.title

    def size(self) -> QSizeF:
        """The size in a file."""
        return QSizeF(720, 440)

    def parts(self, size: QSizeF) -> list[Part]:
        """What is painted in that size, from its upper left corner."""
        metrics = QFontMetricsF(QFont())
        return drawn(self.plot, size.width(), size.height(), metrics.height(), metrics.horizontalAdvance)

    def paint(self, painter: QPainter, area: QRectF, palette: QPalette, _scale: float = 1.0) -> None:
        """Paint all parts into ``area``."""
        painter.save()
        painter.translate(area.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in self.parts(area.size()):
            if isinstance(part, Line):
                painter.setPen(_pen(part, palette))
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in part.places]))
            elif isinstance(part, Mark):
                draw_mark(painter, part.course, QPointF(part.x, part.y), palette)
            else:
                _write(painter, part, palette)
        painter.restore()


class ComparisonPlot(FigureView):
    """Says what a point is when it is pointed at."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.text_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), as_tool_tip(text), self) if text else QToolTip.hideText()
            return True
        return super().event(event)

    def text_at(self, place: QPointF) -> str:
        """The name of the point near a place; empty where there is none."""
        if not isinstance(self.figure, ComparisonFigure):
            return ""
        marks = [part for part in self.figure.parts(QSizeF(self.size())) if isinstance(part, Mark)]
        near = [(math.hypot(mark.x - place.x(), mark.y - place.y()), mark.label) for mark in marks]
        distance, label = min(near, default=(math.inf, ""))
        return label if distance <= _REACH else ""


def _pen(line: Line, palette: QPalette) -> QPen:
    if line.ink == "grid":
        return QPen(palette.color(QPalette.ColorRole.Mid), line.width)
    if isinstance(line.ink, int):
        return QPen(class_colour(line.ink, dark=is_dark(palette)), line.width)
    return QPen(_text_colour(line.ink, palette), line.width)


def _write(painter: QPainter, words: Words, palette: QPalette) -> None:
    font = QFont()
    if words.bold:
        font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(_text_colour(words.ink, palette))
    width = painter.fontMetrics().horizontalAdvance(words.text)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    painter.drawText(QPointF(words.x - share * width, words.y), words.text)


def _text_colour(ink: Ink, palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.PlaceholderText if ink == "soft" else QPalette.ColorRole.Text)
