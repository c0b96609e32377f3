"""Filling holes by what lies around them: smoothly, by Poisson's equation, or by the mean colour. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray

Mask = NDArray[np.bool_]
"""(h, w), true inside the hole."""
_Values = NDArray[np.float64]
_COARSEST = 8  # pixels: below, the coarse solution is the mean
_ROUNDS, _ENOUGH = 200, 0.05  # conjugate gradients at each size, and the largest residual in levels that is left


def check_mask(mask: NDArray[np.generic], shape: tuple[int, ...]) -> Mask:
    """A mask as booleans, true in the hole.

    Raises
    ------
    GeneratorError
        If it has another size, or holds everything or nothing.
    """
    if mask.shape != shape[:2]:
        sizes = ["x".join(map(str, one[1::-1])) for one in (mask.shape, shape)]
        raise GeneratorError(f"The mask has {sizes[0]} pixels and the picture {sizes[1]}; paint the hole anew.")
    hole: Mask = np.asarray(mask).astype(bool)
    if not hole.any():
        raise GeneratorError("The mask is empty, so there is nothing to fill; paint over what is to be replaced.")
    if hole.all():
        raise GeneratorError("The mask covers the whole picture, so nothing says what belongs there; leave some of it.")
    return hole


def fill_mean(picture: ByteArray, hole: Mask) -> ByteArray:
    """The hole in the mean colour of what is known, ``(h, w, 3)``."""
    result = picture.copy()
    result[hole] = np.rint(picture[~hole].mean(axis=0)).astype(np.uint8)
    return result


def fill_smooth(picture: ByteArray, hole: Mask) -> ByteArray:
    """The hole filled by diffusion from its edge (Laplace's equation): no inner detail, no visible edge."""
    return blend(picture, np.zeros_like(picture), hole)


def blend(picture: ByteArray, filling: ByteArray, hole: Mask) -> ByteArray:
    """``filling`` in the hole with its own steps but the colours of the picture at the edge, ``(h, w, 3)``.

    Poisson blending (Perez et al. 2003): the correction, which is the picture minus the filling at the edge of the
    hole, is continued into it by Laplace's equation. Milliseconds at 128 pixels, seconds at 1024.
    """
    offsets = picture.astype(np.float64) - filling
    correction = _harmonic(offsets, hole)
    result = picture.copy()
    result[hole] = np.clip(np.rint(filling[hole] + correction[hole]), 0, 255).astype(np.uint8)
    return result


def feather(picture: ByteArray, filling: ByteArray, hole: Mask, pixels: float = 4.0) -> ByteArray:
    """``filling`` in the hole, faded into the picture over so many pixels outside its edge, ``(h, w, 3)``."""
    share = np.clip(1 - distance_outside(hole, pixels) / max(pixels, 1e-6), 0, 1)[..., None]
    mixed: ByteArray = np.rint(share * filling + (1 - share) * picture).astype(np.uint8)
    return mixed


def distance_outside(hole: Mask, most: float) -> NDArray[np.float32]:
    """How far each pixel lies from the hole, in pixels ``(h, w)``: 0 inside, and ``most`` where it is farther.

    Chamfer distance with steps of 1 and the square root of 2, at most 8 % too long.
    """
    distance = np.where(hole, 0, most).astype(np.float32)
    for _ in range(int(np.ceil(most))):
        padded = np.pad(distance, 1, constant_values=most)
        height, width = hole.shape
        for down in (0, 1, 2):
            for right in (0, 1, 2):
                step = np.float32(np.hypot(down - 1, right - 1))
                np.minimum(distance, padded[down : down + height, right : right + width] + step, out=distance)
    return distance


def _harmonic(values: _Values, hole: Mask) -> _Values:
    """Values ``(h, w, c)`` continued into the hole so that each is the mean of its four neighbours."""
    result = values.copy()
    result[hole] = values[~hole].mean(axis=0)
    if min(hole.shape) > _COARSEST:  # a smaller picture says what the middle of a large hole is
        coarse = _harmonic(*_halved(values, hole))
        height, width = hole.shape
        larger = coarse.repeat(2, axis=0).repeat(2, axis=1)
        result[hole] = np.pad(larger, ((0, 1), (0, 1), (0, 0)), mode="edge")[:height, :width][hole]
    return _relaxed(result, hole)


def _halved(values: _Values, hole: Mask) -> tuple[_Values, Mask]:
    """Means of what is known in each 2 x 2 pixels; where nothing is, the hole goes on."""
    height, width = (side // 2 * 2 for side in hole.shape)
    known = ~hole[:height, :width]
    counts = known.reshape(height // 2, 2, width // 2, 2).sum(axis=(1, 3))
    inside = np.where(known[..., None], values[:height, :width], 0)
    sums = inside.reshape(height // 2, 2, width // 2, 2, -1).sum(axis=(1, 3))
    if not counts.any():  # the only known pixels lie in the odd last row or column
        return np.broadcast_to(values[~hole].mean(axis=0), sums.shape).copy(), np.zeros_like(counts, bool)
    return sums / np.maximum(counts, 1)[..., None], counts == 0


def _relaxed(values: _Values, hole: Mask) -> _Values:
    """Conjugate gradients for Laplace's equation in the hole; the border of the picture lets nothing through."""
    inside = hole[..., None]
    solution = values.copy()
    residual = np.where(inside, -_laplacian(solution), 0)
    towards, squares = residual.copy(), (residual**2).sum(axis=(0, 1))
    for _ in range(_ROUNDS):
        if np.abs(residual).max() < _ENOUGH:
            break
        applied = np.where(inside, _laplacian(towards), 0)
        length = squares / np.maximum((towards * applied).sum(axis=(0, 1)), 1e-30)
        solution += length * towards
        residual -= length * applied
        now = (residual**2).sum(axis=(0, 1))
        towards = residual + now / np.maximum(squares, 1e-30) * towards
        squares = now
    return solution


def _laplacian(values: _Values) -> _Values:
    """Each value times the number of its neighbours, minus their sum."""
    result = np.zeros_like(values)
    down, right = np.diff(values, axis=0), np.diff(values, axis=1)
    result[:-1] -= down
    result[1:] += down
    result[:, :-1] -= right
    result[:, 1:] += right
    return result
