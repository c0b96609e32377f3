"""The factors behind the built-in drawings, as the disentanglement scores take them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from training.data.dinosaurs import FACTOR_NAMES, sample_factors
from training.evaluation.numbers.disentanglement import Factor

_TURNS = ("gait", "hue", "ornament_hue")
_LEFT_OUT = ("flap",)
"""Of flyers only: no picture of another species shows it."""


def factors_of(names: Sequence[str], seed: int, variation: float) -> Callable[[NDArray[np.int64]], list[Factor]]:
    """For `Material`: which factors the pictures with these names (`builtin:dinosaurs/123`) were drawn from."""

    def known(rows: NDArray[np.int64]) -> list[Factor]:
        places = [int(names[row].rpartition("/")[2]) for row in rows]
        drawn = [sample_factors(seed, place, variation=variation).as_dict() for place in places]
        found = [
            _factor(name, np.array([one[name] for one in drawn])) for name in FACTOR_NAMES if name not in _LEFT_OUT
        ]
        return [factor for factor in found if np.ptp(factor.values) > 0]

    return known


def _factor(name: str, values: NDArray[np.float64]) -> Factor:
    if name == "species":
        return Factor(name, values, (values[:, None] == np.unique(values)).astype(np.float64))
    if name in _TURNS:
        angles = 2 * np.pi * values
        return Factor(name, values, np.stack([np.cos(angles), np.sin(angles)], axis=1))
    return Factor(name, values, values[:, None])
