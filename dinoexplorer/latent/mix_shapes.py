"""The shapes in which codes are mixed by hand: a line, a triangle, a square, a regular polygon."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dinoexplorer.latent.mixing import square_weights, triangle_weights
from dinoexplorer.latent.spaces import Array

_ON_THE_EDGE = 1e-9
_SQUARE = 4


def corners_of(count: int) -> Array:
    """Where ``count`` codes stand, ``(count, 2)``: on the circle of radius 1 around (0, 0), y downwards.

    Two stand left and right, four at the corners of a square line by line, others clockwise from the top.
    """
    if count == 2:
        return np.array([[-1.0, 0.0], [1.0, 0.0]])
    if count == _SQUARE:
        return math.sqrt(0.5) * np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
    angles = 2 * np.pi * np.arange(count) / max(count, 1)
    return np.stack([np.sin(angles), -np.cos(angles)], axis=1)


def weights_at(place: Sequence[float] | Array, count: int) -> Array:
    """The weights ``(count,)``, which add up to 1, of a place ``(x, y)`` among `corners_of` two or more.

    Along the line, barycentric in the triangle, bilinear in the square, mean value coordinates (Floater 2003) in a
    polygon. A place outside counts as the nearest one on the edge.
    """
    point = np.asarray(place, np.float64)
    if count == 2:
        share = float(np.clip((point[0] + 1) / 2, 0, 1))
        return np.array([1 - share, share])
    corners = corners_of(count)
    if count == 3:
        return triangle_weights((float(point[0]), float(point[1])), corners)
    if count == _SQUARE:
        across, down = (point - corners[0]) / (corners[3] - corners[0])
        return square_weights(float(across), float(down))
    return _polygon_weights(point, corners)


def place_of(weights: Array) -> Array:
    """Where a handle stands for weights ``(count,)``: at the weighted mean of the corners ``(2,)``.

    More than three weights say more than a place does; `weights_at` of this place may then be others.
    """
    return np.asarray(weights @ corners_of(len(weights)))


def _polygon_weights(point: Array, corners: Array) -> Array:
    following = np.roll(corners, -1, axis=0)
    sides = following - corners
    offsets = point - corners
    inside = sides[:, 0] * offsets[:, 1] - sides[:, 1] * offsets[:, 0] > _ON_THE_EDGE
    if not inside.all():
        return _edge_weights(point, corners, following)
    towards = corners - point
    lengths = np.linalg.norm(towards, axis=1)
    after, lengths_after = np.roll(towards, -1, axis=0), np.roll(lengths, -1)
    crossed = towards[:, 0] * after[:, 1] - towards[:, 1] * after[:, 0]
    halves = (lengths * lengths_after - (towards * after).sum(axis=1)) / crossed  # tangents of half the angles
    weights = (np.roll(halves, 1) + halves) / lengths
    return np.asarray(weights / weights.sum())


def _edge_weights(point: Array, corners: Array, following: Array) -> Array:
    sides = following - corners
    along = np.clip(((point - corners) * sides).sum(axis=1) / (sides**2).sum(axis=1), 0, 1)
    distances = np.linalg.norm(corners + along[:, None] * sides - point, axis=1)
    edge = int(distances.argmin())
    weights = np.zeros(len(corners))
    weights[edge], weights[(edge + 1) % len(corners)] = 1 - along[edge], along[edge]
    return weights
