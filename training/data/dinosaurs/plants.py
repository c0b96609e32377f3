"""Plants and far mountains of the scene: big soft shapes, each a closed formula of a few factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from training.data.dinosaurs.factors import Factors

Floats = npt.NDArray[np.float32]
_LEAF = np.array([92, 124, 84], np.float32)
_LEAVES = 9.0
_FERN = np.array([104, 142, 78], np.float32)


def _window(size: int, low: float, high: float) -> tuple[slice, Floats]:
    """Pixels between two shares of a side, and where their centres are."""
    first, last = max(int(low * size), 0), min(int(high * size) + 1, size)
    return slice(first, max(first, last)), ((np.arange(first, max(first, last)) + 0.5) / size).astype(np.float32)


def _lay(picture: Floats, rows: slice, columns: slice, cover: Floats, colour: Floats) -> None:
    part = picture[rows, columns]
    part += cover[..., None] * (colour - part)


def add_volcano(picture: Floats, peak: float, base: float, colour: Floats) -> None:
    """A far cone with hollow flanks that rises behind the hills."""
    size = len(picture)
    x = ((np.arange(size) + 0.5) / size).astype(np.float32)
    u = (x - 0.79) / 0.19
    top = base - 0.31 * peak * (np.exp(-1.6 * np.sqrt(u * u + 0.05)) * 1.4 - 0.05)
    rows, y = _window(size, float(top.min()) - 0.02, base + 0.02)
    cover = np.clip((y[:, None] - top) * size + 0.5, 0, 1)
    # The foot melts into the haze, so no line shows where it meets the hills.
    haze = np.clip((base - y) / 0.22, 0, 1)[:, None] ** 0.7
    _lay(picture, rows, slice(0, size), cover * (0.25 + 0.75 * haze), colour)


def _conifer(picture: Floats, x: float, foot: float, tall: float, colour: Floats) -> None:
    """An araucaria: soft tiers, wider below, on a short trunk."""
    size, half = len(picture), 0.27 * tall
    rows, y = _window(size, foot - tall, foot)
    columns, across = _window(size, x - half, x + half)
    down = np.clip((y - (foot - tall)) / tall, 0, 1)
    tiers = 0.74 + 0.26 * np.cos(2 * np.pi * (4.0 * (1.0 - down) ** 1.15 - 0.55))
    width = half * np.minimum(0.06 + 0.94 * (down / 0.9) ** 0.9, 1.0) * tiers
    trunk = np.clip((down - 0.88) / 0.04, 0, 1)
    width = width * (1 - trunk) + 0.055 * tall * trunk
    cover = np.clip((width[:, None] - np.abs(across - x)) * size * 0.7 + 0.5, 0, 1)
    _lay(picture, rows, columns, cover, colour)


def _rosette(picture: Floats, at: tuple[float, float], reach: float, colour: Floats, *, turn: float = 0.0) -> None:
    """Arching leaves that spring from one point: a cycad far away, a fern close by."""
    size, (x, foot) = len(picture), at
    rows, y = _window(size, foot - reach, foot + 0.45 * reach)
    columns, across = _window(size, x - 1.1 * reach, x + 1.1 * reach)
    if not (len(y) and len(across)):
        return
    dx, dy = (across - x)[None, :] / max(reach, 1e-6), (foot - y)[:, None] / max(reach, 1e-6)
    away = np.sqrt(dx * dx + dy * dy) + np.float32(1e-4)
    # Adding height that grows with the distance makes the leaves droop at their ends.
    angle = np.arctan2(dx, dy + 0.55 * away * away)
    fade = np.clip((2.2 - np.abs(angle)) / 0.7, 0, 1)
    edge = (0.3 + 0.66 * (0.5 + 0.5 * np.cos(_LEAVES * angle + turn))) * fade
    # The smallest leaves are as pale as they are small, so that none pops up.
    cover = np.clip((edge - away) * (reach * size * 0.6) + 0.5, 0, 1) * min(1.0, reach * 40.0)
    _lay(picture, rows, columns, cover, colour)


def add_far_plants(picture: Floats, factors: Factors, foot: float, light: Floats) -> None:
    """Conifers and cycads on the far shore, pale with distance, to both sides of the animal."""
    amount, place = factors.plants, factors.plant_place
    far, nearer = 0.45 * _LEAF + 0.55 * light, 0.62 * _LEAF + 0.38 * light
    left, right = 0.02 + 0.2 * place, 0.99 - 0.12 * (1 - place)
    for x, tall in ((left + 0.13, 0.19), (right - 0.1, 0.13)):
        _conifer(picture, x, foot, tall * (0.25 + 0.75 * amount), far)
    for x, tall in ((left, 0.30), (right, 0.21)):
        _conifer(picture, x, foot + 0.012, tall * (0.25 + 0.75 * amount), nearer)
    for x, reach in ((left + 0.075, 0.1), (right - 0.055, 0.08)):
        _rosette(picture, (x, foot + 0.012), reach * (0.35 + 0.65 * amount), nearer)


def add_near_plants(picture: Floats, factors: Factors, warm: Floats) -> None:
    """Ferns in the lower corners."""
    amount, place = factors.plants, factors.plant_place
    dark, bright = 0.62 * _FERN + 0.12 * warm, 0.72 * _FERN + 0.32 * warm
    for x, share in ((0.0, 0.6 + 0.4 * (1 - place)), (1.0, 0.6 + 0.4 * place)):
        reach = 0.28 * amount * share
        _rosette(picture, (x, 1.02), reach, dark, turn=np.pi)
        _rosette(picture, (x, 1.04), 0.9 * reach, bright)
