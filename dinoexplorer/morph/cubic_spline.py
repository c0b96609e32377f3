"""Cubic splines through points: natural at the ends, or periodic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def spline_piece(points: Floats, widths: Floats, *, closed: bool, number: int) -> Callable[[float], Floats]:
    """One piece of the cubic spline through ``points (n, dim)``, as a function of its share, 0 to 1.

    The curve and its first two derivatives are continuous in the parameter, of which piece ``i``, from point ``i`` to
    the next, takes ``widths[i]``. An open spline has no curvature at its ends.
    """
    following = np.roll(points, -1, axis=0)
    here, there = points[number], following[number]
    width = float(widths[number])
    curvatures = _curvatures(points, widths, closed=closed)
    bend_here = curvatures[number] * width**2 / 6
    bend_there = curvatures[(number + 1) % len(points)] * width**2 / 6

    def piece(share: float) -> Floats:
        rest = 1 - share
        line = here * rest + there * share
        return np.asarray(line + (rest**3 - rest) * bend_here + (share**3 - share) * bend_there)

    return piece


def _curvatures(points: Floats, widths: Floats, *, closed: bool) -> Floats:
    """The second derivatives ``(n, dim)`` at the points."""
    count = len(points)
    if count < 3 and not closed:
        return np.zeros_like(points)
    slopes = (np.roll(points, -1, axis=0) - points) / widths[:, None]
    before = np.roll(widths, 1)
    matrix = np.zeros((count, count))
    rows = np.arange(count)
    # Two or one points in a circle are each other's neighbours on both sides, so entries are added, not set.
    np.add.at(matrix, (rows, rows - 1), before / 6)
    np.add.at(matrix, (rows, rows), (before + widths) / 3)
    np.add.at(matrix, (rows, (rows + 1) % count), widths / 6)
    changes = slopes - np.roll(slopes, 1, axis=0)
    if not closed:
        for end in (0, -1):
            matrix[end] = 0
            matrix[end, end] = 1
            changes[end] = 0
    return np.asarray(np.linalg.solve(matrix, changes))
