"""Straight across the map: what lies between two places there is passed on the way, without haste from one to the next.

Where a map is curved, a step across a border between two kinds of images is a leap in the space; it is spread over a
part of the way.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.morph.paths import Codes, Path, Route, Way
from dinoexplorer.morph.surroundings import Surroundings, without_map

_FAR_OFF = 1e9  # units of the map for a pixel: seen from there no image can be told from its neighbour
_PIECES = 256  # of the way
_SPREAD = 12  # pieces: the standard deviation of the window that a leap is spread by


def _make(route: Route, surroundings: Surroundings) -> Way:
    way_back, locator = surroundings.way_back, surroundings.locator
    located = [locator(code.astype(np.float32)) for code in (route.start, route.end)]
    shares = np.linspace(0, 1, _PIECES + 1)[:, None]
    places = (1 - shares) * [located[0].x, located[0].y] + shares * [located[1].x, located[1].y]
    # The smooth inverse, without the passages to the own codes of the images beside the way: those would be bumps.
    codes = _smoothed(np.array([way_back(float(x), float(y), _FAR_OFF).code for x, y in places], np.float64))
    # A map does not know all of a code. What it does not know of the two ends fades from the one into the other.
    codes += (1 - shares) * (route.start - codes[0]) + shares * (route.end - codes[-1])

    def way(share: float) -> Codes:
        piece = int(np.clip(share * _PIECES, 0, _PIECES - 1))
        part = share * _PIECES - piece
        return np.asarray(codes[piece] * (1 - part) + codes[piece + 1] * part)

    return way


def _smoothed(codes: Codes) -> Codes:
    """Under a Gaussian window; mirrored through its ends, so that a straight line stays what it is."""
    reach = 3 * _SPREAD
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SPREAD) ** 2)
    window /= window.sum()
    before, after = 2 * codes[0] - codes[reach:0:-1], 2 * codes[-1] - codes[-2 : -reach - 2 : -1]
    longer = np.concatenate([before, codes, after])
    return np.stack([np.convolve(column, window, mode="valid") for column in longer.T], axis=1)


PATH = Path("map", "Along the map", _make, without_map)
