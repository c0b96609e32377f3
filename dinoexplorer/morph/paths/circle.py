"""A circle on the way: ends where it began, or further on where the keyframes differ.

The circle passes through the keyframe. Its radius is given in spreads of the data, its plane by a seed.
"""

from __future__ import annotations

import math

import numpy as np

from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.paths import Codes, Path, Route, Way, straight_way
from dinoexplorer.morph.surroundings import Surroundings


def circle_plane(surroundings: Surroundings, seed: float) -> tuple[Codes, Codes]:
    """Two directions at right angles ``(dim,)``, each as long as the data spread, drawn with a seed."""
    dim, free = surroundings.info.latent.dim, surroundings.free
    if free < 2:
        across = np.zeros(dim)
        across[:free] = surroundings.spread
        return across, np.zeros(dim)
    drawn = np.random.default_rng(abs(int(seed))).standard_normal((free, 2))
    drawn *= surroundings.info.latent.std[:free, None]  # along the data rather than where they are thin
    directions = np.zeros((2, dim))
    directions[:, :free] = np.linalg.qr(drawn)[0].T * surroundings.spread
    return directions[0], directions[1]


def _make(route: Route, surroundings: Surroundings, radius: float, seed: float) -> Way:
    line = straight_way(route)
    first, second = circle_plane(surroundings, seed)

    def way(share: float) -> Codes:
        if share in {0, 1}:  # the sine of a whole turn is not quite 0
            return line(share)
        angle = 2 * math.pi * share
        return line(share) + radius * ((math.cos(angle) - 1) * first + math.sin(angle) * second)

    return way


_RADIUS = Parameter("Radius", "How far it leads away, in spreads of the data.", 0.5, 0.0, 3.0)
_SEED = Parameter("Seed", "In which of all planes the circle lies.", 0.0, 0.0, 99.0, whole=True)
PATH = Path("circle", "Circle", _make, parameters=(_RADIUS, _SEED))
