"""How near one picture is to another: PSNR, SSIM and a picture of the difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray

_LEAST_ERROR = 1e-10
_UNUSUAL = 0.95  # of the data, from which on a picture is called that
_RADIUS, _DEVIATION = 5, 1.5  # of the window of SSIM: 11 x 11 pixels
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def psnr(original: ByteArray, other: ByteArray, where: NDArray[np.bool_] | None = None) -> float:
    """Peak signal-to-noise ratio of two pictures ``(h, w, 3)`` in dB, 100 where there is no difference.

    ``where (h, w)`` restricts it to a part, such as the inside of a hole; not a number where it holds no pixel.
    """
    _check(original, other)
    error = ((original.astype(np.float64) - other) / 255) ** 2
    if where is not None:
        error = error[where]
    return float(-10 * np.log10(max(float(error.mean()), _LEAST_ERROR))) if error.size else float("nan")


def ssim(original: ByteArray, other: ByteArray) -> float:
    """Structural similarity of two pictures ``(h, w, 3)``: 1 for the same, near 0 for pictures of nothing in common.

    Wang et al. 2004, with their Gaussian window of 11 x 11 pixels (deviation 1.5), K1 = 0.01 and K2 = 0.03: the mean
    over all windows that lie in the picture, and over the colours. Smaller pictures get a smaller window.
    """
    _check(original, other)
    x, y = (picture.astype(np.float64) for picture in (original, other))
    mean_x, mean_y = _local_mean(x), _local_mean(y)
    variance_x, variance_y = _local_mean(x * x) - mean_x**2, _local_mean(y * y) - mean_y**2
    covariance = _local_mean(x * y) - mean_x * mean_y
    above = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    below = (mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)
    return float((above / below).mean())


def standing_among(error: float, errors: NDArray[np.float32]) -> str:
    """How a picture's mean squared error compares with those ``(n,)`` of the data, in a sentence; empty for no data.

    A picture of something that a model has never seen comes out far worse than any of those that it has.
    """
    if not len(errors):
        return ""
    share = float((errors < error).mean())
    if share == 1:
        times = error / max(float(errors.max()), _LEAST_ERROR)
        return (
            f"Farther off than all {len(errors):,} pictures of the map ({times:.1f} times the worst error): "
            "this model does not know such pictures."
        )
    if share >= _UNUSUAL:
        return f"Farther off than {100 * share:.0f} % of the pictures of the map: unusual for this model."
    return f"Nearer than {100 * (1 - share):.0f} % of the pictures of the map."


def difference(original: ByteArray, other: ByteArray, gain: float = 2.0) -> ByteArray:
    """Where two pictures ``(h, w, 3)`` differ: mid-grey where they do not, brighter where ``other`` is brighter.

    ``gain`` is how many times the difference is enlarged.
    """
    _check(original, other)
    levels: ByteArray = np.clip(128 + gain * (other.astype(np.float32) - original), 0, 255).astype(np.uint8)
    return levels


def _local_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian means of ``(h, w, c)`` over every window that lies inside."""
    radius = min(_RADIUS, (min(values.shape[:2]) - 1) // 2)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / _DEVIATION) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        length = values.shape[axis] - 2 * radius
        parts = [np.take(values, range(start, start + length), axis) for start in range(2 * radius + 1)]
        values = np.asarray(sum(weight * part for weight, part in zip(weights, parts, strict=True)))
    return values


def _check(original: ByteArray, other: ByteArray) -> None:
    if original.shape != other.shape:
        sizes = ["x".join(map(str, picture.shape[1::-1])) for picture in (original, other)]
        raise GeneratorError(f"Pictures of {sizes[0]} and {sizes[1]} pixels cannot be compared; scale one of them.")
