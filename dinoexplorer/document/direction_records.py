"""Between the directions that are found and filed (`dinoexplorer.latent.direction`) and those that a document keeps."""

from __future__ import annotations

import numpy as np

from dinoexplorer.document.standing import Direction as Kept
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.latent.direction import Direction

_EXACT = 1e-4  # so far from 1 a length is left as it is


def kept(direction: Direction, info: GeneratorInfo) -> Kept:
    """The record for a document, yet without a key; numbers stay as they are to the last digit."""
    layers = None if direction.layers is None else (direction.layers[0], direction.layers[1] + 1)
    return Kept(
        0, direction.name, direction.vector, direction.deviation, direction.how, info.latent.spaces[0], layers,
        direction.share, direction.accuracy,
    )  # fmt: skip


def found(direction: Kept, info: GeneratorInfo) -> Direction:
    """The direction of the model ``info`` that a document kept; the inverse of `kept`.

    A record from elsewhere may be of any length and its unit below 0; what comes of it leads to the same places.
    """
    vector, unit = direction.vector, direction.unit
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if abs(length - 1) > _EXACT or unit < 0:
        sign = -1.0 if unit < 0 else 1.0
        vector, unit = (sign / length * vector.astype(np.float64)).astype(np.float32), abs(unit) * length
    layers = None if direction.layers is None else (direction.layers[0], direction.layers[1] - 1)
    return Direction(
        direction.name, vector, unit, direction.how, info.sha256, direction.share, direction.accuracy, layers,
        direction.space,
    )  # fmt: skip
