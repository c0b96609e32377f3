"""Procedural dinosaurs: a labelled data set drawn by our own code, the same on every machine.

A picture is a pure function of its `Factors`. A species is one file in ``species/`` that describes a skeleton with
flesh and ornaments; `builder` poses it, `painter` draws it, `scene` gives it a place.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.data.dinosaurs.builder import build
from training.data.dinosaurs.factors import FACTOR_NAMES, Factors, sample_factors, typical_factors
from training.data.dinosaurs.painter import coverage, paint, place
from training.data.dinosaurs.scene import scene
from training.data.dinosaurs.species import PLANS, plan_of

SPECIES: tuple[str, ...] = tuple(plan.name for plan in PLANS)
VERSION: int = 3
MIN_SIZE, MAX_SIZE = 32, 512

__all__ = [
    "FACTOR_NAMES",
    "MAX_SIZE",
    "MIN_SIZE",
    "SPECIES",
    "VERSION",
    "Factors",
    "draw",
    "draw_background",
    "draw_many",
    "draw_mask",
    "sample_factors",
    "typical_factors",
]


def _check_size(size: int) -> None:
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ValueError(
            f"A dinosaur cannot be drawn at {size} pixels: it is made for {MIN_SIZE} to {MAX_SIZE}. "
            "Draw it at the nearest of these and resize the picture."
        )


def _to_bytes(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    np.clip(picture + np.float32(0.5), 0, 255, out=picture)
    result: npt.NDArray[np.uint8] = picture.astype(np.uint8)
    return result


def draw(factors: Factors, size: int) -> npt.NDArray[np.uint8]:
    """Picture of one animal.

    Parameters
    ----------
    factors
        What to draw.
    size
        Side of the picture, 32 to 512 pixels. The picture is the same at every size up to its resolution.

    Returns
    -------
    ndarray
        RGB, uint8, ``(size, size, 3)``.

    Raises
    ------
    ValueError
        If ``size`` is out of range or there is no such species.
    """
    _check_size(size)
    plan = plan_of(factors.species)
    placed = place(build(plan, factors), flies=plan.flies)
    return _to_bytes(paint(placed, scene(factors, size), flies=plan.flies))


def draw_mask(factors: Factors, size: int) -> npt.NDArray[np.uint8]:
    """Where `draw` puts the animal (without its shadow): coverage ``(size, size)``, uint8, 255 is fully covered."""
    _check_size(size)
    plan = plan_of(factors.species)
    return coverage(place(build(plan, factors), flies=plan.flies), size)


def draw_background(factors: Factors, size: int) -> npt.NDArray[np.uint8]:
    """The same scene without the animal and its shadow, ``(size, size, 3)`` uint8."""
    _check_size(size)
    return _to_bytes(scene(factors, size))


def draw_many(
    count: int, size: int, *, seed: int = 0, start: int = 0, variation: float = 1.0, absent: int | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Individuals ``start`` to ``start + count - 1`` of the series ``seed``, passing over the species ``absent``.

    Returns
    -------
    images, labels
        uint8 ``(count, size, size, 3)`` and int32 ``(count,)``, labels as indices into ``SPECIES``.
    """
    _check_size(size)
    if count < 0:
        raise ValueError(f"Cannot draw {count} pictures. Ask for 0 or more.")
    images = np.empty((count, size, size, 3), np.uint8)
    labels = np.empty(count, np.int32)
    for place_, index in enumerate(range(start, start + count)):
        factors = sample_factors(seed, index if absent is None else _passing_over(absent, index), variation=variation)
        images[place_] = draw(factors, size)
        labels[place_] = factors.species
    return images, labels


def _passing_over(absent: int, index: int) -> int:
    """The place in the whole series of individual ``index`` of the series without a species."""
    turn, kind = divmod(index, len(SPECIES) - 1)
    return turn * len(SPECIES) + kind + (kind >= absent)
