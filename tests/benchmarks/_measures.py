"""Figures of pictures and of what a classifier says about them: pure functions of arrays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
_LEAST_ERROR = 1e-10
_AT_ONCE = 512


def psnr(originals: Bytes, others: Bytes) -> Floats:
    """Peak signal-to-noise ratio of each picture in dB, (n,); 100 where there is no difference at all."""
    found = np.empty(len(originals))
    for number, (original, other) in enumerate(zip(originals, others, strict=True)):
        error = ((original.astype(np.float64) - other) / 255) ** 2
        found[number] = -10 * np.log10(max(float(error.mean()), _LEAST_ERROR))
    return found


def edge_strength(pictures: Bytes) -> Floats:
    """Mean gradient magnitude of each picture, (n,), in grey levels a pixel: forward differences of each channel."""
    found = np.empty(len(pictures))
    for number, picture in enumerate(pictures):
        levels = picture.astype(np.float32)
        down, across = levels[1:, :-1] - levels[:-1, :-1], levels[:-1, 1:] - levels[:-1, :-1]
        found[number] = np.hypot(down, across).mean()
    return found


def nearest_distances(pictures: Bytes, among: Bytes) -> Floats:
    """Root mean square difference of each picture to the nearest of ``among``, (n,), as a share of the full range."""
    found = np.empty(len(pictures))
    candidates = _as_rows(among)
    centre = candidates.mean(axis=0)
    candidates -= centre  # keeps the sums below small, and so their rounding errors
    lengths = (candidates**2).sum(axis=1)
    for start in range(0, len(pictures), _AT_ONCE):
        rows = _as_rows(pictures[start : start + _AT_ONCE]) - centre
        nearest = (lengths - 2 * rows @ candidates.T).argmin(axis=1)
        found[start : start + len(rows)] = np.sqrt(((rows - candidates[nearest]) ** 2).mean(axis=1))
    return found


def step_changes(walk: Bytes) -> Floats:
    """Mean absolute difference between each picture of a walk and the next one, (n - 1,), in grey levels."""
    return np.array([np.abs(after.astype(np.int16) - before).mean() for before, after in pairwise(walk)])


def largest_to_median(steps: Floats) -> float:
    """The largest step as a multiple of the median one; 1 where nothing changes, infinite where few steps do."""
    largest, median = float(steps.max()), float(np.median(steps))
    if median > 0:
        return largest / median
    return float("inf") if largest > 0 else 1.0


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015): mean distance between confidence and accuracy in equal bins."""
    places = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(places, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def _as_rows(pictures: Bytes) -> NDArray[np.float32]:
    return pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
