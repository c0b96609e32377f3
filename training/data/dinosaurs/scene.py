"""The calm background: sky, sun, hills, lake and ground, computed anti-aliased at any size without supersampling."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.data.dinosaurs.palette import hls
from training.data.dinosaurs.plants import add_far_plants, add_near_plants, add_volcano

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors

Picture = npt.NDArray[np.float32]
HORIZON = 0.66
_FAR_BLUE = np.array([146, 158, 182], np.float32)

# Sky at dawn, noon and dusk: top and horizon.
_SKY_TOP = np.array([[200, 196, 226], [158, 205, 236], [190, 170, 214]], np.float32)
_SKY_LOW = np.array([[255, 226, 200], [228, 243, 246], [255, 206, 178]], np.float32)
_SUN = np.array([[255, 240, 206], [255, 252, 226], [255, 222, 178]], np.float32)


@lru_cache(maxsize=8)
def _grid(size: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    centre = ((np.arange(size) + 0.5) / size).astype(np.float32)
    return centre[None, :], centre[:, None]


def _by_day(table: npt.NDArray[np.float32], daytime: float) -> npt.NDArray[np.float32]:
    place = 2.0 * daytime
    low = min(int(place), 1)
    part = place - low
    result: npt.NDArray[np.float32] = table[low] * (1 - part) + table[low + 1] * part
    return result


def scene(factors: Factors, size: int) -> Picture:
    """Background ``(size, size, 3)``, float32 0 to 255, of these factors.

    The land is mirrored with the animal; the sun is not, because the light always comes from the upper left.
    """
    x, y = _grid(size)
    day = factors.daytime
    low = _by_day(_SKY_LOW, day)
    picture = np.repeat(_sky_column(y[:, 0], day)[:, None], size, axis=1)
    _add_sun(picture, x, y, day)
    land = picture if factors.facing > 0 else picture[:, ::-1]
    _add_land(land, factors, low)
    return picture


def _sky_column(y: npt.NDArray[np.float32], day: float) -> Picture:
    rise = np.clip(y / HORIZON, 0, 1)[:, None]
    top, low = _by_day(_SKY_TOP, day), _by_day(_SKY_LOW, day)
    column: Picture = (top + (low - top) * rise).astype(np.float32)
    return column


def _add_land(picture: Picture, factors: Factors, low: npt.NDArray[np.float32]) -> None:
    """Volcano, hills, lake, ground and plants, from far to near."""
    size = len(picture)
    x, y = _grid(size)
    ground = np.array(hls(factors.ground_hue, 0.70, 0.34), np.float32)
    warm = ground * (np.float32(0.86) + np.float32(0.14 / 255) * low)
    add_volcano(picture, factors.peak, HORIZON - 0.03, 0.5 * low + 0.5 * _FAR_BLUE)
    height = HORIZON - 0.02 - (0.05 + 0.15 * factors.hill) * (0.62 + 0.38 * np.sin(4.4 * x + 0.6))
    _cover(picture, y, height, np.float32(0.56) * warm + np.float32(0.44) * low)
    shore = HORIZON - 0.055 * (1 - factors.peak) * (0.75 + 0.25 * np.sin(2.6 * x + 0.4)) + 0.012
    water = np.float32(0.3) * low + np.float32(0.7) * _by_day(_SKY_TOP, factors.daytime) + np.float32(12)
    _cover(picture, y, shore, water)
    add_far_plants(picture, factors, HORIZON + 0.004, low)
    edge = HORIZON + 0.012 * np.sin(3.0 * x + 2.0)
    depth = np.clip((y - HORIZON) / (1 - HORIZON), 0, 1)[..., None]
    meadow = warm * (np.float32(1.06) - np.float32(0.16) * depth)
    _cover(picture, y, edge, meadow)
    add_near_plants(picture, factors, warm)


def _cover(
    picture: Picture,
    y: npt.NDArray[np.float32],
    top: npt.NDArray[np.float32],
    colour: npt.NDArray[np.float32],
) -> None:
    """Paint everything below the line ``top`` ``(1, size)``."""
    size = len(picture)
    first = max(int(float(top.min()) * size) - 1, 0)
    part = picture[first:]
    share = np.clip((y[first:] - top) * size + 0.5, 0, 1)[..., None]
    part += share * ((colour[first:] if colour.ndim == 3 else colour) - part)


def _add_sun(picture: Picture, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32], day: float) -> None:
    size = len(picture)
    sun_x, sun_y = 0.14 + 0.1 * day, 0.42 - 0.28 * math.sin(math.pi * (0.1 + 0.8 * day))
    away = np.sqrt((x - sun_x) ** 2 + (y - sun_y) ** 2)
    disc = np.clip((0.062 - away) * size + 0.5, 0, 1)
    glow = np.clip(1 - away / 0.3, 0, 1) ** 2 * 0.45
    picture += np.maximum(disc, glow)[..., None] * (_by_day(_SUN, day) - picture)


def add_shadow(picture: Picture, centre: tuple[float, float], radii: tuple[float, float], strength: float) -> None:
    """Darken the ground softly below the animal; centre and radii in shares of the picture."""
    x, y = _grid(len(picture))
    away = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2
    picture *= 1 - (strength * np.exp(-1.2 * away))[..., None]


def add_contact_shadow(picture: Picture, alpha: npt.NDArray[np.float32], bottom: float, strength: float) -> None:
    """Darken the ground right under the feet: the more, the closer to the ground the animal is in that column."""
    size = len(picture)
    last = min(int(bottom * size) + 1, size)
    feet = alpha[max(last - max(size // 16, 2), 0) : last].mean(axis=0)
    reach = max(size // 24, 1)
    soft = np.hanning(2 * reach + 3)[1:-1]
    under = np.minimum(np.convolve(feet, soft / soft.sum(), mode="same"), 1.0).astype(np.float32)
    first = max(last - size // 9, 0)
    away = (np.arange(first, size, dtype=np.float32) + 0.5) / size - (bottom - 0.006)
    fall = strength * np.exp(-((away / 0.022) ** 2))
    picture[first:] *= 1 - (fall[:, None] * under)[..., None]
