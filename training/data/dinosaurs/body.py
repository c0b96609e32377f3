"""From curves to outlines: splines, tubes of varying width, two-bone legs.

All functions work in body space: x points forwards (the animal looks to the right), y points up, the ground
is y = 0.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Point: TypeAlias = tuple[float, float]


@lru_cache(maxsize=256)
def spline_matrix(knots: int, samples: int, *, closed: bool = False) -> Array:
    """Matrix that turns ``knots`` control rows into ``samples`` points of a uniform Catmull-Rom spline.

    The spline is linear in its control rows, so one cached matrix product evaluates positions and radii together.
    """
    spans = knots if closed else knots - 1
    place = np.linspace(0.0, spans, samples, endpoint=not closed)
    span = np.minimum(place.astype(int), spans - 1)
    t = place - span
    weights = (
        0.5 * (-t + 2 * t**2 - t**3),
        0.5 * (2 - 5 * t**2 + 3 * t**3),
        0.5 * (t + 4 * t**2 - 3 * t**3),
        0.5 * (-(t**2) + t**3),
    )
    matrix = np.zeros((samples, knots))
    rows = np.arange(samples)
    for step, weight in enumerate(weights, start=-1):
        knot = span + step
        if closed:
            np.add.at(matrix, (rows, knot % knots), weight)
            continue
        before, after = knot < 0, knot >= knots
        inside = ~(before | after)
        np.add.at(matrix, (rows[inside], knot[inside]), weight[inside])
        # Phantom end knots continue the curve straight: p[-1] = 2 p[0] - p[1].
        for mask, end, inner in ((before, 0, 1), (after, knots - 1, knots - 2)):
            np.add.at(matrix, (rows[mask], end), 2 * weight[mask])
            np.add.at(matrix, (rows[mask], inner), -weight[mask])
    matrix.setflags(write=False)
    return matrix


def smooth_outline(corners: Array, samples: int = 0) -> Array:
    """Closed smooth curve ``(samples, 2)`` through ``corners`` ``(k, 2)``."""
    count = samples or 4 * len(corners)
    result: Array = spline_matrix(len(corners), count, closed=True) @ corners
    return result


class Tube(NamedTuple):
    """A body part as a centre line with a radius to each side.

    ``centre`` and ``normal`` are ``(n, 2)``; ``up`` and ``down`` ``(n,)`` are the radii along and against the normal.
    """

    centre: Array
    normal: Array
    up: Array
    down: Array

    def at(self, along: Array, across: Array) -> Array:
        """Points at ``along`` in [0, 1] (first to last sample) and ``across`` in [-1 (down side), 1 (up side)]."""
        place = along * (len(self.centre) - 1)
        low = np.minimum(place.astype(int), len(self.centre) - 2)
        part = (place - low)[..., None]
        rows = np.concatenate([self.centre, self.normal, self.up[:, None], self.down[:, None]], axis=1)
        row = rows[low]
        row += (rows[low + 1] - row) * part
        result: Array = (
            row[..., :2] + row[..., 2:4] * (across * np.where(across > 0, row[..., 4], row[..., 5]))[..., None]
        )
        return result

    def bands(self, edges: Array, rim: float) -> Array:
        """Outlines ``(k, 2 n, 2)`` between each of ``edges`` ``(k,)`` across and the rim (+1 or -1), all at once."""
        above = edges > 0
        radii = np.where(above[:, None], self.up, self.down) * edges[:, None]
        inner = self.centre + self.normal * radii[..., None]
        outer = self.centre + self.normal * (rim * (self.up if rim > 0 else self.down))[:, None]
        result = np.empty((len(edges), 2 * len(outer), 2))
        result[:, : len(outer)] = outer
        result[:, len(outer) :] = inner[:, ::-1]
        return result

    def band(self, low: float, high: float) -> Array:
        """Outline of the part between two values of ``across``."""
        bottom = self.centre + self.normal * (low * (self.up if low > 0 else self.down))[:, None]
        top = self.centre + self.normal * (high * (self.up if high > 0 else self.down))[:, None]
        return np.concatenate([top, bottom[::-1]])


def tube(rows: Array, samples: int) -> Tube:
    """Tube through control rows ``(k, 4)`` of x, y, radius up, radius down (up is left of the direction of travel)."""
    sampled = spline_matrix(len(rows), samples) @ rows
    centre = sampled[:, :2]
    along = np.empty_like(centre)
    along[1:-1] = centre[2:] - centre[:-2]
    along[0] = centre[1] - centre[0]
    along[-1] = centre[-1] - centre[-2]
    normal = np.empty_like(centre)
    normal[:, 0] = -along[:, 1]
    normal[:, 1] = along[:, 0]
    normal /= np.sqrt((normal * normal).sum(axis=1, keepdims=True))
    return Tube(centre, normal, np.maximum(sampled[:, 2], 0.05), np.maximum(sampled[:, 3], 0.05))


_ROUND = np.linspace(0.0, np.pi, 9)[1:-1]
_CAP = np.stack([np.cos(_ROUND), np.sin(_ROUND)], axis=1)


def sausage(joints: list[tuple[float, float, float]], samples: int = 18) -> Array:
    """Outline of a limb through joints (x, y, radius), with round ends."""
    rows = np.array(joints)[:, [0, 1, 2, 2]]
    part = tube(rows, samples)
    side = part.normal * part.up[:, None]
    left, right = part.centre + side, part.centre - side
    return np.concatenate([left, _cap(part.centre[-1], side[-1]), right[::-1], _cap(part.centre[0], -side[0])])


def bone_outline(first: tuple[float, float, float], second: tuple[float, float, float]) -> Array:
    """Straight piece of a limb between two joints (x, y, radius), a little slimmer than the flesh round it."""
    dx, dy = second[0] - first[0], second[1] - first[1]
    scale = 0.9 / (math.hypot(dx, dy) or 1.0)
    nx, ny = -dy * scale, dx * scale
    (x0, y0, r0), (x1, y1, r1) = first, second
    return np.array(
        [
            (x0 + nx * r0, y0 + ny * r0),
            (x1 + nx * r1, y1 + ny * r1),
            (x1 - nx * r1, y1 - ny * r1),
            (x0 - nx * r0, y0 - ny * r0),
        ]
    )


def _cap(centre: Array, side: Array) -> Array:
    """Half circle from ``centre + side`` round the end to ``centre - side``."""
    result: Array = _CAP @ np.array((side, (side[1], -side[0]))) + centre
    return result


_TURN = np.linspace(0.0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1)


def ellipse(x: float, y: float, rx: float, ry: float) -> Array:
    """Outline ``(20, 2)`` of an axis-aligned ellipse."""
    result: Array = _CIRCLE * (rx, ry) + (x, y)
    return result


def turned(points: Array, degrees: float, pivot: Point = (0.0, 0.0)) -> Array:
    """Points turned counterclockwise about ``pivot``."""
    if degrees == 0.0:
        return points
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    result: Array = (points - pivot) @ np.array([[c, s], [-s, c]]) + pivot
    return result


def knee(hip: Point, ankle: Point, upper: float, lower: float, bend: float) -> tuple[Point, Point]:
    """Middle joint and reached end of a two-bone leg; ``bend`` +1 bends it forwards, -1 backwards."""
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    distance = math.hypot(dx, dy) or 1e-6
    reach = min(max(distance, abs(upper - lower) * 1.02 + 1e-6), (upper + lower) * 0.998)
    dx, dy = dx / distance, dy / distance
    along = (upper * upper - lower * lower + reach * reach) / (2 * reach)
    aside = math.sqrt(max(upper * upper - along * along, 0.0)) * bend
    middle = (hip[0] + dx * along - dy * aside, hip[1] + dy * along + dx * aside)
    return middle, (hip[0] + dx * reach, hip[1] + dy * reach)
