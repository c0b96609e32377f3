"""Points of a plane in cells that hold about as many each: what a window shows, and what lies nearest to a place."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray

Positions = NDArray[np.intp]
_MOST_COLUMNS = 1024
_SAMPLE = 65_536
_MANY, _SOME = 4096, 1024  # points that are looked at one by one, and those that narrow down where to look
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False, slots=True)
class Window:
    """The runs of points that a rectangle touches, one for each column; a run is ``starts[i]:stops[i]``."""

    starts: Positions
    stops: Positions

    @property
    def count(self) -> int:
        """How many points lie in the runs: those of the rectangle, and a few beside its left and right edges."""
        return int((self.stops - self.starts).sum())


class CellIndex:
    """Finds points by place in microseconds, whether there are ten or a million and however they are spread.

    The plane is cut into columns of about equally many points, and in each column the points lie by height. So a
    rectangle is one run of points a column, a tight cluster has as many columns as it needs, and a stray point costs
    nothing. Points that are not finite are in no column and are never found.

    Attributes
    ----------
    order : int32 (m,)
        Number of each point in the array that was given; all else here follows this order.
    xy : float32 (m, 2)
        The finite points.
    """

    def __init__(self, xy: FloatArray) -> None:
        finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
        x, y = (np.ascontiguousarray(xy[finite, axis], np.float32) for axis in (0, 1))
        count = len(finite)
        columns = min(max(math.isqrt(count), 1), _MOST_COLUMNS)
        sample = x[:: max(count // _SAMPLE, 1)]
        inner = np.linspace(0, 1, columns + 1)[1:-1]
        self._edges = np.unique(np.quantile(sample, inner)).astype(np.float32) if count else np.zeros(0, np.float32)
        by_height = np.argsort(y)
        self._heights = y[by_height]
        column = np.searchsorted(self._edges, x, side="right").astype(np.uint16)[by_height]
        place = np.argsort(column, kind="stable")  # a radix sort, and it keeps the heights in order
        # Column and rank in one number: a run is then found by one search for all columns at once.
        self._keys = column[place].astype(np.int64) * count + place
        self.order = finite[by_height[place]].astype(np.int32)
        self.xy = np.ascontiguousarray(xy[self.order], np.float32)

    def __len__(self) -> int:
        return len(self.order)

    def window(self, left: float, bottom: float, right: float, top: float) -> Window:
        """The runs of points in a rectangle, edges included."""
        low, high = _single(left), _single(right)
        first, last = (int(np.searchsorted(self._edges, edge, side="right")) for edge in (low, high))
        below = np.searchsorted(self._heights, _single(bottom), side="left")
        above = np.searchsorted(self._heights, _single(top), side="right")
        columns = np.arange(first, last + 1, dtype=np.int64) * len(self)
        return Window(np.searchsorted(self._keys, columns + below), np.searchsorted(self._keys, columns + above))

    def members(self, window: Window, most: int = 0) -> Positions:
        """Positions of the points of a window; with ``most`` every second, third, ... so that about that many come.

        What is left out is left out evenly, since neighbours in a column are neighbours on the plane.
        """
        step = max(-(-window.count // most), 1) if most else 1
        phase = np.arange(len(window.starts)) * 7 % step  # not the same heights in all columns
        starts = window.starts + phase
        lengths = np.maximum(-(-(window.stops - starts) // step), 0)
        ends = np.cumsum(lengths)
        if len(ends) == 0 or ends[-1] == 0:
            return np.zeros(0, np.intp)
        return np.asarray(np.repeat(starts - step * (ends - lengths), lengths) + step * np.arange(ends[-1]))

    def nearest(
        self,
        x: float,
        y: float,
        count: int = 1,
        *,
        reach: float = math.inf,
        shown: NDArray[np.bool_] | None = None,
    ) -> tuple[Positions, FloatArray]:
        """Positions and distances of the ``count`` points nearest to a place, the nearest first.

        Only points within ``reach`` and, where ``shown`` (m,) is given, only those that it marks; so there may be
        fewer. Exact.
        """
        nothing = np.zeros(0, np.intp), np.zeros(0, np.float32)
        if len(self) == 0 or not (math.isfinite(x) and math.isfinite(y)):
            return nothing
        radius = min(self._bound(x, y, count), reach)
        while True:
            disc = self._disc(x, y, radius)
            complete = radius >= reach or disc.count == len(self)
            found = self._candidates(x, y, disc, count, shown)
            distances = _distances(self.xy[found], x, y)
            inside = distances <= radius * (1 + 1e-6)
            if complete or np.count_nonzero(inside) >= count:
                if not complete or reach < math.inf:
                    found, distances = found[inside], distances[inside]
                if len(found) > count:
                    some = np.argpartition(distances, count - 1)[:count]
                    found, distances = found[some], distances[some]
                ranking = np.argsort(distances, kind="stable")
                return found[ranking], distances[ranking]
            radius = min(max(radius * 3, max(abs(x), abs(y)) * 1e-7, 1e-30), reach)

    def _disc(self, x: float, y: float, radius: float) -> Window:
        """The runs of points that a disc touches, and a few beside it."""
        low, high = _single(x - radius), _single(x + radius)
        first, last = (int(np.searchsorted(self._edges, edge, side="right")) for edge in (low, high))
        columns = np.arange(first, last + 1, dtype=np.int64)
        edges = np.concatenate([[-np.inf], self._edges, [np.inf]])
        away = np.maximum(np.maximum(edges[columns] - x, x - edges[columns + 1]), 0)
        half = np.sqrt(np.maximum(radius * radius - away * away, 0)) + radius * 1e-6
        below = np.searchsorted(self._heights, _singles(y - half, -np.inf), side="left")
        above = np.searchsorted(self._heights, _singles(y + half, np.inf), side="right")
        keys = columns * len(self)
        return Window(np.searchsorted(self._keys, keys + below), np.searchsorted(self._keys, keys + above))

    def _candidates(self, x: float, y: float, disc: Window, count: int, shown: NDArray[np.bool_] | None) -> Positions:
        """Points of a disc around a place among which are the ``count`` nearest.

        A place far from all points has a disc that holds most of them: some of these say how small it may be.
        """
        while disc.count > _MANY:
            some = _only(self.members(disc, _SOME), shown)
            if len(some) < count:
                break
            bound = float(np.partition(_distances(self.xy[some], x, y), count - 1)[count - 1])
            smaller = self._disc(x, y, bound * (1 + 1e-5))
            if smaller.count > disc.count // 2:  # so many lie equally far, as on one spot
                within = self._disc(x, y, bound * (1 - 1e-5))
                if bound > 0 and within.count > _MANY:
                    return _only(self.members(smaller), shown)
                return some if bound == 0 else np.union1d(some, _only(self.members(within), shown))
            disc = smaller
        return _only(self.members(disc), shown)

    def _bound(self, x: float, y: float, count: int) -> float:
        """A radius within which ``count`` points lie: that of the neighbours along the column of the place."""
        column = int(np.searchsorted(self._edges, _single(x), side="right"))
        rank = int(np.searchsorted(self._heights, _single(y), side="left"))
        place = int(np.searchsorted(self._keys, column * len(self) + rank))
        beside = _distances(self.xy[max(place - count, 0) : place + count], x, y)
        if len(beside) < count:
            return math.inf
        return float(np.partition(beside, count - 1)[count - 1]) * (1 + 1e-5)


def _single(value: float) -> np.float32:
    """As float32, since another type would make NumPy convert the whole array it is searched in."""
    return np.float32(min(max(float(value), -_LARGEST), _LARGEST))


def _singles(values: NDArray[np.float64], towards: float) -> FloatArray:
    """The same for many, rounded towards ``towards``, so that no point on an edge is lost."""
    with np.errstate(over="ignore"):
        return np.asarray(np.nextafter(values.clip(-_LARGEST, _LARGEST).astype(np.float32), np.float32(towards)))


def _only(places: Positions, shown: NDArray[np.bool_] | None) -> Positions:
    return places if shown is None else places[shown[places]]


def _distances(points: FloatArray, x: float, y: float) -> FloatArray:
    # In double precision: a place may lie far from the middle, and neighbours very near each other.
    away = points - np.array([x, y])
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", away, away)), np.float32)
