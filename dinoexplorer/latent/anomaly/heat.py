"""Where a picture is strange: the smoothed error of what a model brings back, against what is usual at each place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.generator import ByteArray, FloatArray

_SIDE = 64  # places to a side at most
_SMOOTHING = 1 / 16  # of the side: how far errors are averaged in each direction
_COLD, _HOT = 1.0, 6.0  # deviations above the usual error: below one, and from six on
_COLOURS = np.array([[255, 190, 40], [240, 80, 30], [190, 0, 60]], np.float64)  # from warm to hot


def smoothed_errors(images: NDArray[np.uint8], rebuilt: ByteArray) -> FloatArray:
    """Mean absolute difference of pictures ``(n, h, w, 3)`` around each place, in levels: ``(n, s, s)``."""
    errors = np.abs(images.astype(np.int16) - rebuilt).mean(axis=3, dtype=np.float32)
    side = min(_SIDE, errors.shape[1])
    small = [np.asarray(Image.fromarray(error).resize((side, side), Image.Resampling.BOX)) for error in errors]
    radius = max(round(side * _SMOOTHING), 1)
    return _box_means(_box_means(np.stack(small), radius, 1), radius, 2)


def unusual_errors(errors: FloatArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Errors ``(n, s, s)`` in deviations ``(s, s)`` from what is usual at each place."""
    return np.asarray((errors - mean) / deviation, np.float32)


def painted(image: ByteArray, heat: FloatArray) -> ByteArray:
    """A picture ``(h, w, 3)`` with its heat ``(s, s)``, in deviations, laid over it; what is usual turns grey."""
    height, width = image.shape[:2]
    share = np.clip((heat - _COLD) / (_HOT - _COLD), 0, 1).astype(np.float32)
    share = np.asarray(Image.fromarray(share).resize((width, height), Image.Resampling.BILINEAR), np.float64)
    at = share * (len(_COLOURS) - 1)
    lower = np.minimum(at.astype(np.intp), len(_COLOURS) - 2)
    colour = _COLOURS[lower] + (at - lower)[..., None] * (_COLOURS[lower + 1] - _COLOURS[lower])
    grey = np.asarray(Image.fromarray(image).convert("L"), np.float64)[..., None]
    cover = 0.85 * np.sqrt(share)[..., None]
    return np.asarray(np.round(grey * (1 - cover) + colour * cover), np.uint8)


def _box_means(values: FloatArray, radius: int, axis: int) -> FloatArray:
    """Means over up to ``2 radius + 1`` neighbours along an axis; fewer at the border."""
    length = values.shape[axis]
    sums = np.concatenate([np.zeros_like(values.take([0], axis)), values.cumsum(axis, dtype=np.float32)], axis)
    low, high = np.maximum(np.arange(length) - radius, 0), np.minimum(np.arange(length) + radius + 1, length)
    counts = (high - low).reshape([-1 if place == axis else 1 for place in range(values.ndim)])
    return np.asarray((sums.take(high, axis) - sums.take(low, axis)) / counts, np.float32)
