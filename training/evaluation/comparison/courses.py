"""A figure against something: pictures seen, picture size, numbers of a code, or another figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.evaluation.comparison.entries import Entry
from training.evaluation.report import WORDS

AXES = {"images_seen": "images seen", "size": "picture size in pixels", "dim": "numbers of a code (z)"}
"""What a figure is drawn against beside other figures, and how it is called."""


Grouping = tuple[Callable[[Entry], object], Callable[[Entry], str]]


@dataclass(frozen=True)
class Point:
    """One entry: where it lies, and one standard deviation to each side (0 where there is none)."""

    label: str
    x: float
    y: float
    x_spread: float
    y_spread: float


@dataclass(frozen=True)
class Course:
    """Entries that belong together, in the order of the axis.

    Attributes
    ----------
    line
        Places to join: the mean of what lies at the same place of the axis, such as several seeds. Empty for one place.
    """

    label: str
    points: tuple[Point, ...]
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plot:
    """A figure against an axis.

    Attributes
    ----------
    x_name, y_name
        As they stand at the axes.
    better
        Which way is better for the figure, in words; empty where neither is.
    """

    x_name: str
    y_name: str
    better: str
    courses: tuple[Course, ...]

    @property
    def title(self) -> str:
        """`psnr against images seen`."""
        return f"{self.y_name} against {self.x_name}"

    @property
    def points(self) -> list[Point]:
        """Of all courses."""
        return [point for course in self.courses for point in course.points]


def plot_of(entries: Sequence[Entry], figure: str, axis: str) -> Plot:
    """Every entry that has both; against the size or the numbers of a code, of each run only what saw most pictures.

    Parameters
    ----------
    axis
        A key of `AXES`, or the name of another figure.
    """
    together, named = _ALIKE.get(axis, _OF_A_RUN)
    groups: dict[object, list[tuple[Entry, Point]]] = {}
    for entry in entries if axis not in _ALIKE else _furthest(entries, figure):
        point = _point(entry, figure, axis)
        if point is not None:
            groups.setdefault(together(entry), []).append((entry, point))
    courses = tuple(_course(named, members) for members in groups.values())
    better = next((WORDS[entry.figures[figure].better] for entry in entries if figure in entry.figures), "")
    return Plot(AXES.get(axis, axis), figure, better, courses)


def axes_of(entries: Sequence[Entry]) -> list[str]:
    """Of `AXES` those along which the entries differ; the first is the one to begin with."""
    return [axis for axis in AXES if len({getattr(entry, axis) for entry in entries} - {None}) > 1]


def figures_of(entries: Sequence[Entry]) -> list[str]:
    """The figures that at least two entries have, in their order; without any such, all of them."""
    names = list(dict.fromkeys(name for entry in entries for name in entry.figures))
    return [name for name in names if sum(name in entry.figures for entry in entries) > 1] or names


def _furthest(entries: Sequence[Entry], figure: str) -> list[Entry]:
    """Of each run, size and number of a code, the checkpoint with that figure that had seen most pictures."""
    found: dict[object, Entry] = {}
    for entry in entries:
        key = (entry.run, entry.size, entry.dim, entry.pictures, entry.samples, entry.seed)
        if figure in entry.figures and (key not in found or _seen(entry) > _seen(found[key])):
            found[key] = entry
    return list(found.values())


def _seen(entry: Entry) -> int:
    return -1 if entry.images_seen is None else entry.images_seen


def _point(entry: Entry, figure: str, axis: str) -> Point | None:
    y = entry.figures.get(figure)
    if y is None or not math.isfinite(y.value):
        return None
    if axis in AXES:
        place = getattr(entry, axis)
        return None if place is None else Point(entry.label, float(place), y.value, 0.0, _known(y.spread))
    x = entry.figures.get(axis)
    if x is None or not math.isfinite(x.value):
        return None
    return Point(entry.label, x.value, y.value, _known(x.spread), _known(y.spread))


def _known(spread: float) -> float:
    return spread if math.isfinite(spread) else 0.0


def _course(named: Callable[[Entry], str], members: Sequence[tuple[Entry, Point]]) -> Course:
    members = sorted(members, key=lambda pair: pair[1].x)
    points = tuple(point for _, point in members)
    label = members[0][0].label if len(members) == 1 else named(members[0][0])
    heights: dict[float, list[float]] = {}
    for point in points:
        heights.setdefault(point.x, []).append(point.y)
    line = tuple((x, sum(some) / len(some)) for x, some in heights.items())
    return Course(label, points, line if len(line) > 1 else ())


def _run_name(entry: Entry) -> str:
    return entry.run.replace("\\", "/").rpartition("/")[2]


_OF_A_RUN: Grouping = (lambda entry: entry.run, _run_name)
"""What belongs together, and how it is called: checkpoints of one training."""
_ALIKE: dict[str, Grouping] = {
    "size": (lambda entry: (entry.family, entry.dim), lambda entry: f"{entry.family}, z = {entry.dim}"),
    "dim": (lambda entry: (entry.family, entry.size), lambda entry: f"{entry.family}, {entry.size} px"),
}
"""Models that are otherwise alike."""
