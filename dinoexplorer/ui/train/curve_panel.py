"""One strip of the plot: curves of one kind over the images seen, with their own vertical axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen

from dinoexplorer.ui.colours import class_colour, is_dark
from dinoexplorer.ui.latent_map_view.points_layer import draw_shape
from dinoexplorer.ui.train.curve_maths import FloatCurve, log10, padded_range, thinned, value_at
from dinoexplorer.ui.train.figures import short_number

AXIS_WIDTH = 54
_LINE, _FAINT = 1.5, 95
_RESTLESS = 12  # heights of the plot that a curve goes up and down
_MARK, _MARK_STEP, _MARK_SHIFT = 3.6, 76, 23
_FEW = 30


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A curve to be drawn.

    Attributes
    ----------
    panel
        Curves of one panel share a vertical axis.
    slot
        Decides colour and shape of the marks.
    raw
        The values before they were smoothed, drawn faintly behind; None when nothing was smoothed.
    """

    name: str
    panel: str
    slot: int
    x: NDArray[np.int64]
    y: NDArray[np.float64]
    raw: NDArray[np.float64] | None = None


class NumberAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis whose numbers are short: 120k, 1.25M; on a logarithmic one the values themselves."""

    def tickStrings(self, values: list[float], scale: float, _spacing: float) -> list[str]:
        if self.logMode:
            return [short_number(10.0**value) if _is_round(value) else "" for value in values]
        return [short_number(round(value * scale, 12)) for value in values]


class PanelBox(pyqtgraph.ViewBox):  # type: ignore[misc]
    """Pans and zooms along the images seen; up and down only from its vertical axis, and then stays so."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    @property
    def height_held(self) -> bool:
        """Whether a person has chosen the vertical range."""
        return bool(self.state["mouseEnabled"][1])

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if axis == 1:
            self.setMouseEnabled(y=True)
        super().wheelEvent(event, 0 if axis is None else axis)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if axis == 1:
            self.setMouseEnabled(y=True)
        super().mouseDragEvent(event, axis)


class CurvePanel:
    """The curves of one panel, their box and their vertical axis."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.box = PanelBox()
        self.axis = NumberAxis("left")
        self.axis.setWidth(AXIS_WIDTH)
        self.axis.linkToView(self.box)
        self.axis.enableAutoSIPrefix(False)
        self.series: tuple[Series, ...] = ()
        self._lines: dict[str, tuple[Any, Any]] = {}
        # Items of pyqtgraph that are let go hang in cycles, which Python may collect in any thread, and Qt's objects
        # must not be destroyed outside the window's; so nothing is let go, all is used again.
        self._spare: list[tuple[Any, Any]] = []
        self._drawn: dict[str, FloatCurve] = {}
        self._marks: list[tuple[int, FloatCurve]] = []
        self.is_log = False

    def set_series(self, series: tuple[Series, ...], palette: QPalette) -> None:
        """Hold these curves; `refresh` draws them."""
        self.series = series
        for name in self._lines.keys() - {one.name for one in series}:
            lines = self._lines.pop(name)
            for line in lines:
                line.setVisible(False)
            self._spare.append(lines)
        for one in series:
            if one.name not in self._lines:
                self._lines[one.name] = self._spare.pop() if self._spare else self._new_lines()
        self.dress(palette)

    def set_log(self, is_log: bool) -> None:
        self.is_log = is_log
        self.axis.setLogMode(is_log)
        self.box.setMouseEnabled(y=False)

    def dress(self, palette: QPalette) -> None:
        """Take the colours of a theme."""
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        self.axis.setPen(palette.color(QPalette.ColorRole.Mid))
        self.axis.setTextPen(muted)
        for one in self.series:
            raw, line = self._lines[one.name]
            colour = class_colour(one.slot, dark=is_dark(palette))
            line.setPen(pyqtgraph.mkPen(colour, width=line.opts["pen"].widthF()))
            colour.setAlpha(_FAINT)
            raw.setPen(pyqtgraph.mkPen(colour, width=1))

    def refresh(self, low: float, high: float, columns: int) -> None:
        """Draw what lies between ``low`` and ``high`` images seen, on so many columns of pixels."""
        self._drawn = {}
        seen = []
        for one in self.series:
            raw, line = self._lines[one.name]
            smooth = one.raw is not None  # needs fewer points, and thick lines cost by their number
            curve = self._thin(one.x, one.y, low, high, columns // 3 if smooth else columns)
            self._drawn[one.name] = curve
            _fill(line, curve)
            _set_weight(line, curve)
            seen.append(curve[1])
            behind = self._thin(one.x, one.raw, low, high, columns) if one.raw is not None else None
            _fill(raw, behind)
            if behind is not None:
                seen.append(behind[1])
        self._marks = [(one.slot, _marks(self._drawn[one.name], one.slot, low, high, columns)) for one in self.series]
        if not self.box.height_held:
            self.box.setYRange(*padded_range(seen), padding=0)

    def paint_over(self, painter: QPainter, palette: QPalette, hover: float | None) -> None:
        """Paint what lies above the curves, in pixels of the scene: marks, name, and the line under the pointer."""
        area = self.box.sceneBoundingRect()
        (low, high), (bottom, top) = self.box.viewRange()
        if area.width() < 2 or high <= low or top <= bottom:
            return
        across, up = area.width() / (high - low), area.height() / (top - bottom)

        def place(x: float, y: float) -> QPointF:
            return QPointF(area.left() + (x - low) * across, area.bottom() - (y - bottom) * up)

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        dark = is_dark(palette)
        for slot, (xs, ys) in self._marks:
            for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
                draw_shape(painter, slot, place(x, y), _MARK, class_colour(slot, dark=dark))
        if hover is not None:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.PlaceholderText), 1, Qt.PenStyle.DashLine))
            x = place(hover, 0).x()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            for one in self.series:
                value = np.array([value_at(one.x, one.y, hover)])
                y = float(log10(value)[0] if self.is_log else value[0])
                if np.isfinite(y):
                    draw_shape(painter, one.slot, place(hover, y), _MARK + 2, class_colour(one.slot, dark=dark))
        self._paint_name(painter, palette, area)
        painter.restore()

    def _new_lines(self) -> tuple[Any, Any]:
        lines = (_new_line(-1), _new_line(0))
        for line in lines:
            self.box.addItem(line, ignoreBounds=True)
        return lines

    def _paint_name(self, painter: QPainter, palette: QPalette, area: QRectF) -> None:
        font = QFont(painter.font())
        font.setPointSizeF(max(font.pointSizeF() * 0.9, 7.0))
        painter.setFont(font)
        text = self.name.replace("_", " ") + (", logarithmic" if self.is_log else "")
        box = painter.fontMetrics().boundingRect(text)
        ground = QColor(palette.color(QPalette.ColorRole.Base))
        ground.setAlpha(200)
        painter.fillRect(QRectF(area.left() + 4, area.top() + 2, box.width() + 8, box.height() + 2), ground)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QPointF(area.left() + 8, area.top() + 2 + painter.fontMetrics().ascent()), text)

    def _thin(self, x: NDArray[np.int64], y: NDArray[np.float64], low: float, high: float, columns: int) -> FloatCurve:
        thin_x, thin_y = thinned(x, y, low, high, columns)
        return thin_x, log10(thin_y) if self.is_log else thin_y


def _is_round(exponent: float) -> bool:
    """Whether a tick of a logarithmic axis gets its number: 1, 2 and 5 of each decade."""
    return round(10.0 ** (exponent % 1), 3) in {1.0, 2.0, 5.0, 10.0}


def _new_line(depth: int) -> Any:
    # Without segments Qt joins thick lines into one outline, which costs 20 ms for a restless curve (pyqtgraph 0.14).
    line = pyqtgraph.PlotCurveItem(pen=pyqtgraph.mkPen(width=1), antialias=False, segmentedLineMode="on")
    line.setZValue(depth)
    return line


def _fill(line: Any, curve: FloatCurve | None) -> None:
    if curve is None or not curve[0].size:
        line.setVisible(False)
        return
    whole = bool(np.isfinite(curve[1]).all())
    line.setData(*curve, connect="all" if whole else "finite", skipFiniteCheck=whole)
    line.setVisible(True)


def _set_weight(line: Any, curve: FloatCurve) -> None:
    """A calm line is thick and smooth; a restless one would cost too much, and looks the same thin."""
    values = curve[1][np.isfinite(curve[1])]
    reach = float(np.ptp(values)) if values.size else 0.0
    restless = reach > 0 and float(np.abs(np.diff(values)).sum()) > _RESTLESS * reach
    width = 1.0 if restless else _LINE
    if line.opts["pen"].widthF() != width:
        pen = QPen(line.opts["pen"])
        pen.setWidthF(width)
        line.opts["antialias"] = not restless
        line.setPen(pen)


def _marks(curve: FloatCurve, slot: int, low: float, high: float, columns: int) -> FloatCurve:
    """Where a curve gets its marks: at each point when they are few, else every so many pixels."""
    x, y = curve
    inside = np.flatnonzero((x >= low) & (x <= high) & np.isfinite(y))
    if inside.size > _FEW:
        step = _MARK_STEP / max(columns, 1) * (high - low)
        shift = slot * _MARK_SHIFT % _MARK_STEP / _MARK_STEP
        wanted = (np.arange(np.floor(low / step), np.ceil(high / step)) + shift) * step  # they move with the curve
        wanted = wanted[(wanted >= x[inside[0]]) & (wanted <= x[inside[-1]])]
        inside = np.unique(inside[np.minimum(np.searchsorted(x[inside], wanted), inside.size - 1)])
    return x[inside], y[inside]
