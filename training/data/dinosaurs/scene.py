"""The calm background: sky, sun, hills and ground, computed anti-aliased at any size without supersampling."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.data.dinosaurs.palette import hls

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors

Picture = npt.NDArray[np.float32]
HORIZON = 0.66

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
    """Background ``(size, size, 3)``, float32 0 to 255, of these factors."""
    x, y = _grid(size)
    if factors.facing < 0:
        x = x[:, ::-1]
    day = factors.daytime
    rise = np.clip(y / HORIZON, 0, 1)[..., None]
    top, low = _by_day(_SKY_TOP, day), _by_day(_SKY_LOW, day)
    picture = np.broadcast_to(top + (low - top) * rise, (size, size, 3)).astype(np.float32)
    _add_sun(picture, x, y, day)
    ground = np.array(hls(factors.ground_hue, 0.70, 0.34), np.float32)
    warm = ground * (0.86 + 0.14 * low / 255)
    height = HORIZON - 0.02 - (0.05 + 0.13 * factors.hill) * (0.62 + 0.38 * np.sin(4.4 * x + 0.6))
    cover = np.clip((y - height) * size + 0.5, 0, 1)[..., None]
    picture += cover * (0.45 * warm + 0.55 * low - picture)
    edge = HORIZON + 0.012 * np.sin(3.0 * x + 2.0)
    cover = np.clip((y - edge) * size + 0.5, 0, 1)[..., None]
    depth = np.clip((y - HORIZON) / (1 - HORIZON), 0, 1)[..., None]
    picture += cover * (warm * (1.06 - 0.16 * depth) - picture)
    return picture


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
