"""Mixing codes: blends of two or more, along straight lines or along the shell of a Gaussian prior."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.spaces import Array, free_dimensions, is_gaussian

_ROUNDS = 50
_CLOSE = 1e-10  # of a turn: where the mean on a sphere stands still
_OPPOSITE = 1e-6


def blend(codes: FloatArray, weights: Sequence[float] | Array, info: GeneratorInfo) -> FloatArray:
    """A blend of ``codes (k, dim)`` by ``weights (k,)``, which are brought to a sum of 1; a code alone is itself.

    Straight where the data say where they lie; on the shell where codes are draws of a Gaussian, since the middle of a
    straight line is shorter than any draw. Weights of classes are always blended straight.

    Raises
    ------
    GeneratorError
        If the numbers do not fit together, or no weight is above 0.
    """
    return spherical_blend(codes, weights, info) if is_gaussian(info) else straight_blend(codes, weights)


def straight_blend(codes: FloatArray, weights: Sequence[float] | Array) -> FloatArray:
    """The weighted mean of ``codes (k, dim)``; raises `GeneratorError` as `blend` does."""
    shares = _shares(codes, weights)
    alone = np.flatnonzero(shares == 1)
    if len(alone):
        return np.array(codes[alone[0]], np.float32)
    return np.asarray(shares @ codes.astype(np.float64), np.float32)


def spherical_blend(codes: FloatArray, weights: Sequence[float] | Array, info: GeneratorInfo) -> FloatArray:
    """The weighted mean of the directions of ``codes (k, dim)`` on the sphere, at the weighted mean of their lengths.

    The mean that Buss and Fillmore (2001) define: the place from which the weighted ways to all codes cancel. For two
    codes it is slerp. Codes that point in opposite directions have no such mean, and are blended straight.
    """
    shares, free = _shares(codes, weights), free_dimensions(info)
    result = straight_blend(codes, weights)
    exact = codes[:, :free].astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1)
    if (shares == 1).any() or not (lengths > 0).all():
        return result
    mean = _spherical_mean(exact / lengths[:, None], shares)
    if mean is not None:
        result[:free] = (shares @ lengths) * mean
    return result


def child(one: FloatArray, two: FloatArray, info: GeneratorInfo) -> FloatArray:
    """The child of two parents ``(dim,)``: halfway between them."""
    return blend(np.stack([one, two]), (0.5, 0.5), info)


def triangle_weights(place: Sequence[float], corners: Array) -> Array:
    """Barycentric weights ``(3,)`` of a place ``(x, y)`` within three ``corners (3, 2)``.

    A place outside counts as the nearest place on the edge.

    Raises
    ------
    GeneratorError
        If the corners lie on one line.
    """
    corners, point = np.asarray(corners, np.float64), np.asarray(place, np.float64)
    sides = np.stack([corners[1] - corners[0], corners[2] - corners[0]], axis=1)
    area = abs(float(sides[0, 0] * sides[1, 1] - sides[0, 1] * sides[1, 0]))
    if not area > 1e-9 * float((sides**2).sum()):
        raise GeneratorError("The corners of this triangle lie on one line; move one of them.")
    second, third = np.linalg.solve(sides, point - corners[0])
    weights = np.array([1 - second - third, second, third])
    if (weights >= 0).all():
        return weights
    nearest = [_on_edge(point, corners, edge) for edge in ((0, 1), (1, 2), (2, 0))]
    return min(nearest, key=lambda edge: float(np.linalg.norm(edge @ corners - point)))


def square_weights(x: float, y: float) -> Array:
    """Bilinear weights ``(4,)`` of a place in a square from (0, 0) to (1, 1).

    Corners are (0, 0), (1, 0), (0, 1), (1, 1); a place outside counts as the nearest one inside.
    """
    across, down = float(np.clip(x, 0, 1)), float(np.clip(y, 0, 1))
    return np.array([(1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down])


def _shares(codes: FloatArray, weights: Sequence[float] | Array) -> Array:
    shares = np.asarray(weights, np.float64)
    if codes.ndim != 2 or shares.shape != (len(codes),):
        raise GeneratorError(f"A blend needs one weight for each code; {len(codes)} codes have {shares.size} weights.")
    if not (np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() > 0):
        raise GeneratorError("The weights of a blend are 0 or more, and at least one of them above 0.")
    return np.asarray(shares / shares.sum())


def _spherical_mean(units: Array, shares: Array) -> Array | None:
    """The weighted mean of ``units (k, free)`` on the sphere, or None where there is none."""
    mean = shares @ units
    length = float(np.linalg.norm(mean))
    if length < _OPPOSITE:
        return None
    mean = mean / length
    for _ in range(_ROUNDS):
        cosines = np.clip(units @ mean, -1, 1)
        across = units - cosines[:, None] * mean
        sines = np.linalg.norm(across, axis=1)
        if ((sines < _OPPOSITE) & (cosines < 0)).any():
            return None
        ways = across * (np.arctan2(sines, cosines) / np.maximum(sines, 1e-30))[:, None]
        step = shares @ ways
        turn = float(np.linalg.norm(step))
        if turn < _CLOSE:
            break
        mean = np.cos(turn) * mean + np.sin(turn) * step / turn
        mean = mean / np.linalg.norm(mean)
    return np.asarray(mean)


def _on_edge(point: Array, corners: Array, edge: tuple[int, int]) -> Array:
    """Weights ``(3,)`` of the place on an edge that is nearest to ``point``."""
    start, end = corners[edge[0]], corners[edge[1]]
    along = float(np.clip((point - start) @ (end - start) / ((end - start) @ (end - start)), 0, 1))
    weights = np.zeros(3)
    weights[edge[0]], weights[edge[1]] = 1 - along, along
    return weights
