"""A plot as lines, marks and words in a box: where everything lies, whatever draws it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from training.evaluation.comparison.courses import Plot, Point

Ink = Literal["text", "soft", "grid"] | int
"""A number is the place of a course."""
_TICKS = 5
_WIDE = 20.0  # values this many times apart are drawn by their logarithm
_AIR, _GAP, _SIDE = 14.0, 8.0, 24.0
_CAP = 4.0
_FEWEST_PIXELS = 40.0
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Line:
    """Straight from place to place."""

    places: tuple[tuple[float, float], ...]
    ink: Ink
    width: float = 1.5


@dataclass(frozen=True)
class Mark:
    """A point of a course; each course has its own shape."""

    x: float
    y: float
    course: int
    label: str


@dataclass(frozen=True)
class Words:
    """Text whose baseline begins, is centred or ends at a place."""

    x: float
    y: float
    text: str
    ink: Ink
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


Part = Line | Mark | Words
WidthOf = Callable[[str], float]


@dataclass(frozen=True)
class Scale:
    """From values to places; by the logarithm where they are many times apart."""

    low: float
    high: float
    start: float
    end: float
    by_logarithm: bool = False

    def __call__(self, value: float) -> float:
        low, high = self.low, self.high
        if self.by_logarithm:
            low, high, value = math.log(low), math.log(high), math.log(max(value, 1e-300))
        share = (value - low) / (high - low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Round numbers from `low` to `high`."""
        if not self.by_logarithm:
            return round_numbers(self.low, self.high)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        rounds = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
        return [value for value in rounds if self.low <= value <= self.high]


def drawn(plot: Plot, width: float, height: float, line: float, width_of: WidthOf) -> list[Part]:
    """The parts of a plot, the first to be painted first.

    Parameters
    ----------
    line
        Height of a line of text; everything else follows from it and from `width_of`.
    """
    head, below = _head(plot, width, line, width_of)
    points = plot.points
    if not points:
        return head
    xs = [value for point in points for value in (point.x - point.x_spread, point.x, point.x + point.x_spread)]
    ys = [value for point in points for value in (point.y - point.y_spread, point.y + point.y_spread)]
    bottom = height - 2 * line - _AIR - _GAP
    vertical = scale_of(ys, bottom, below + _GAP, logarithm=False)
    left = _AIR + max(width_of(short(tick)) for tick in vertical.ticks or [0.0]) + _GAP
    right = width - _AIR
    if bottom - below < _FEWEST_PIXELS or right - left < _FEWEST_PIXELS + 2 * _SIDE:
        return head
    along = scale_of(xs, left + _SIDE, right - _SIDE)
    parts: list[Part] = [*head, *_grid(vertical, left, right, line)]
    parts += _values(along, sorted({point.x for point in points}), bottom, line, width_of)
    name = f"{plot.x_name}, logarithmic" if along.by_logarithm else plot.x_name
    parts.append(Words((left + right) / 2, height - _AIR, name, "soft", "middle"))
    for number, course in enumerate(plot.courses):
        if course.line:
            parts.append(Line(tuple((along(x), vertical(y)) for x, y in course.line), number))
        for point in course.points:
            parts += _bars(along, vertical, point, number)
        parts += [Mark(along(point.x), vertical(point.y), number, point.label) for point in course.points]
    return parts


def scale_of(values: Sequence[float], start: float, end: float, *, logarithm: bool = True) -> Scale:
    """A scale that shows all values, linear ones with a little air unless their places are told at them."""
    low, high = min(values), max(values)
    if logarithm and low > 0 and high / low >= _WIDE:
        return Scale(low, high, start, end, by_logarithm=True)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        air = abs(low) / 10 or 1.0
    else:
        air = 0.0 if logarithm else (high - low) * 0.06
    return Scale(low - air, high + air, start, end)


def round_numbers(low: float, high: float, count: int = _TICKS) -> list[float]:
    """About so many round numbers between two."""
    rough = (high - low) / count
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next((unit * factor for factor in (1, 2, 5) if unit * factor >= rough), 10 * unit)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def short(value: float) -> str:
    """`0.031`, `12.4`, `120k`."""
    size = abs(value)
    if size >= 9_999.5:
        for unit, letter in _UNITS:
            if size >= unit * 0.9995:
                return f"{value / unit:.3g}{letter}"
    return f"{value:.4g}" if size >= 1e-9 else "0"


def _head(plot: Plot, width: float, line: float, width_of: WidthOf) -> tuple[list[Part], float]:
    """Title and legend, and where they end."""
    title = f"{plot.title}  ({plot.better})" if plot.better else plot.title
    y = _AIR + line
    parts: list[Part] = [Words(_AIR, y - 0.25 * line, title, "text", bold=True)]
    x = _AIR
    y += _GAP / 2
    for number, course in enumerate(plot.courses):
        room = 1.6 * line + width_of(course.label) + 1.2 * line
        if x > _AIR and x + room > width - _AIR:
            x, y = _AIR, y + 1.3 * line
        parts.append(Mark(x + 0.5 * line, y + 0.6 * line, number, course.label))
        parts.append(Words(x + 1.3 * line, y + 0.95 * line, course.label, "text"))
        x += room
    return parts, y + 1.4 * line


def _grid(vertical: Scale, left: float, right: float, line: float) -> list[Part]:
    parts: list[Part] = []
    for tick in vertical.ticks:
        y = vertical(tick)
        parts.append(Line(((left, y), (right, y)), "grid", 1.0))
        parts.append(Words(left - _GAP, y + 0.3 * line, short(tick), "soft", "end"))
    return parts


def _values(along: Scale, values: Sequence[float], bottom: float, line: float, width_of: WidthOf) -> list[Part]:
    """The values themselves below the axis where all have room, else round numbers."""
    for offered in (values, along.ticks):
        parts: list[Part] = []
        free = -math.inf
        for value in offered:
            half = width_of(short(value)) / 2
            if along(value) - half <= free:
                break
            free = along(value) + half + _GAP
            parts.append(Words(along(value), bottom + line + 2, short(value), "soft", "middle"))
        else:
            return parts
    return parts


def _bars(along: Scale, vertical: Scale, point: Point, ink: int) -> list[Line]:
    """One standard deviation to each side, as far as there is one."""
    x, y = along(point.x), vertical(point.y)
    lines = []
    if point.y_spread > 0:
        ends = [vertical(point.y - point.y_spread), vertical(point.y + point.y_spread)]
        lines.append(Line(((x, ends[0]), (x, ends[1])), ink, 1.0))
        lines += [Line(((x - _CAP, end), (x + _CAP, end)), ink, 1.0) for end in ends]
    if point.x_spread > 0:
        ends = [along(point.x - point.x_spread), along(point.x + point.x_spread)]
        lines.append(Line(((ends[0], y), (ends[1], y)), ink, 1.0))
        lines += [Line(((end, y - _CAP), (end, y + _CAP)), ink, 1.0) for end in ends]
    return lines
