"""The density of a map as pictures of halving size: what is seen of a million points from far away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import ByteArray, FloatArray

Corner = NDArray[np.float64]
SMALLEST = 64
_FINEST, _FINER = 1024, 2048
_MANY = 250_000
_OUTSIDE = 0.1  # percent of the points that may lie beyond each edge
_MARGIN = 0.15
_FAINTEST, _STRONGEST = 0.42, 0.95


@dataclass(frozen=True, slots=True)
class Box:
    """A square of the plane: its left and top edge and its side, in map units."""

    left: float
    top: float
    side: float


@dataclass(frozen=True, eq=False, slots=True)
class Binning:
    """Which bin of the finest level each point falls in; rows go downwards, as in a picture.

    Attributes
    ----------
    box : Box
        What the pyramid covers: all points but a few strays, which would shrink all others to a dot.
    bins_aside : int
        Bins along one edge of the finest level.
    bins : int32 (n,)
        Row times ``bins_aside`` plus column; ``bins_aside`` squared for a stray.
    strays : intp (m,)
        The points beyond the box.
    """

    box: Box
    bins_aside: int
    bins: NDArray[np.int32]
    strays: NDArray[np.intp]


def extent(xy: FloatArray) -> tuple[Corner, Corner]:
    """Lowest and highest corner ``(2,)`` of where points are; in thousands of them a few strays do not count."""
    if len(xy) == 0:
        return np.zeros(2), np.zeros(2)
    share = _OUTSIDE if len(xy) >= 1000 else 0.0
    low, high = np.percentile(xy, [share, 100 - share], axis=0)
    return low.astype(np.float64), high.astype(np.float64)


def bin_points(xy: FloatArray, low: Corner, high: Corner) -> Binning:
    """Sort finite points ``(n, 2)`` into bins over the square around ``low`` and ``high``."""
    span = float(max(*(high - low), 1e-6 * max(*np.abs([low, high]).ravel(), 1.0)))
    side = span * (1 + 2 * _MARGIN)
    middle = (low + high) / 2
    box = Box(float(middle[0] - side / 2), float(middle[1] + side / 2), side)
    aside = _FINER if len(xy) > _MANY else _FINEST
    across = (xy[:, 0].astype(np.float64) - box.left) * (aside / side)
    down = (box.top - xy[:, 1].astype(np.float64)) * (aside / side)
    inside = (across >= 0) & (across < aside) & (down >= 0) & (down < aside)
    bins = np.full(len(xy), aside * aside, np.int32)
    bins[inside] = down[inside].astype(np.int32) * aside + across[inside].astype(np.int32)
    return Binning(box, aside, bins, np.flatnonzero(~inside))


def density_levels(
    binning: Binning, tones: NDArray[np.integer], colours: ByteArray, shown: NDArray[np.bool_] | None = None
) -> list[ByteArray]:
    """Pictures of the density, the finest first, each half as wide as the one before.

    Parameters
    ----------
    tones : int (n,)
        For each point its row in ``colours``.
    colours : uint8 (m, 3)
        Red, green, blue.
    shown : bool (n,), optional
        The points that count.

    Returns
    -------
    list of uint8 (side, side, 4)
        Blue, green, red, alpha, premultiplied. The colour is the mean of the points of a bin, the opacity goes with
        the logarithm of their number; an empty bin is transparent.
    """
    bins = binning.bins
    if shown is not None:
        bins, tones = bins[shown], tones[shown]
    aside = binning.bins_aside
    sums = density_sums(bins, aside * aside, tones, colours).reshape(4, aside, aside)
    levels = [paint_sums(sums)]
    while sums.shape[1] > SMALLEST:
        half = sums.shape[1] // 2
        sums = sums.reshape(4, half, 2, half, 2).sum(axis=(2, 4), dtype=np.float32)
        levels.append(paint_sums(sums))
    return levels


def density_sums(
    bins: NDArray[np.integer], size: int, tones: NDArray[np.integer], colours: ByteArray
) -> NDArray[np.float32]:
    """Number of points and sums of their blue, green and red ``(4, size)``; bins from ``size`` on are left out."""
    sums = np.empty((4, size), np.float32)
    sums[0] = np.bincount(bins, minlength=size)[:size]
    for row, channel in enumerate((2, 1, 0), 1):
        sums[row] = np.bincount(bins, colours[:, channel].astype(np.float64)[tones], minlength=size)[:size]
    return sums


def paint_sums(sums: NDArray[np.float32]) -> ByteArray:
    """Premultiplied blue, green, red, alpha ``(h, w, 4)`` of `density_sums` as ``(4, h, w)``."""
    flat = sums.reshape(4, -1)
    picture = np.zeros(flat.shape[1], np.uint32)
    filled = np.flatnonzero(flat[0] != 0)
    picture[filled] = _pixels(*(row[filled] for row in flat))
    return picture.view(np.uint8).reshape(*sums.shape[1:], 4)


def paint_few(
    bins: NDArray[np.integer], shape: tuple[int, int], tones: NDArray[np.integer], colours: ByteArray
) -> ByteArray:
    """The same picture ``(h, w, 4)`` straight from bins, of which most are empty."""
    size = shape[0] * shape[1]
    counts = np.bincount(bins, minlength=size)
    filled = np.flatnonzero(counts != 0)  # of truth values, four times faster than of numbers
    ranks = np.zeros(size, np.int32)
    ranks[filled] = np.arange(len(filled), dtype=np.int32)
    places, table = ranks[bins], colours.astype(np.float64)
    channels = (
        np.bincount(places, table[:, channel][tones], minlength=len(filled)).astype(np.float32) for channel in (2, 1, 0)
    )
    picture = np.zeros(size, np.uint32)
    picture[filled] = _pixels(counts[filled].astype(np.float32), *channels)
    return picture.view(np.uint8).reshape(*shape, 4)


def _pixels(counts: FloatArray, blue: FloatArray, green: FloatArray, red: FloatArray) -> NDArray[np.uint32]:
    """One pixel for each bin that holds something, the bytes in the order of memory."""
    pixels = np.empty((len(counts), 4), np.uint8)
    if len(counts):
        # Of the bins a fiftieth may saturate.
        usual = float(np.quantile(counts[:: max(len(counts) // 5_000, 1)], 0.98))
        strength = np.log(counts) * np.float32(1 / np.log(usual)) if usual > 1 else np.ones_like(counts)
        alpha = _FAINTEST + (_STRONGEST - _FAINTEST) * np.minimum(strength, 1)
        scale = alpha / counts
        for channel, sums in enumerate((blue, green, red)):
            pixels[:, channel] = sums * scale
        pixels[:, 3] = 255 * alpha
    return pixels.view(np.uint32).reshape(-1)
