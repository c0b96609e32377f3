"""A smooth random loop on the way, back on the line at both ends: a picture that breathes.

Its size is given in spreads of the data, its course by a seed, its liveliness by the number of its waves.
"""

from __future__ import annotations

import numpy as np

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.paths import Codes, Path, Route, Way, straight_way
from dinoexplorer.morph.surroundings import Surroundings

_MOST_WAVES = 32


def _make(route: Route, surroundings: Surroundings, size: float, seed: float, waves: float) -> Way:
    if not 1 <= waves <= _MOST_WAVES:
        raise MorphError(f"A noise loop is made of 1 to {_MOST_WAVES} waves, not of {waves:g}; give such a number.")
    line = straight_way(route)
    frequencies = 2 * np.pi * np.arange(1, int(waves) + 1)
    cosines, sines = _amplitudes(surroundings, seed, len(frequencies))
    start = cosines.sum(axis=0)

    def way(share: float) -> Codes:
        if share in {0, 1}:
            return line(share)
        angles = frequencies * share
        return np.asarray(line(share) + size * (np.cos(angles) @ cosines + np.sin(angles) @ sines - start))

    return way


def _amplitudes(surroundings: Surroundings, seed: float, count: int) -> tuple[Codes, Codes]:
    """Of the cosines and the sines, ``(count, dim)`` each, that stray by one spread (root mean square)."""
    free, std = surroundings.free, surroundings.info.latent.std
    drawn = np.random.default_rng(abs(int(seed))).standard_normal((2, count, free)) * std[:free]
    drawn /= np.arange(1, count + 1)[:, None]  # slow waves are the large ones
    # The mean square distance from the start is half of all squares, plus the square of the start.
    strays = np.sqrt((drawn**2).sum() / 2 + (drawn[0].sum(axis=0) ** 2).sum())
    amplitudes = np.zeros((2, count, surroundings.info.latent.dim))
    amplitudes[:, :, :free] = drawn * (surroundings.spread / max(float(strays), 1e-30))
    return amplitudes[0], amplitudes[1]


_SIZE = Parameter("Size", "How far it strays, in spreads of the data.", 0.3, 0.0, 2.0)
_SEED = Parameter("Seed", "Which of all loops it is.", 0.0, 0.0, 99.0, whole=True)
_WAVES = Parameter("Waves", "How lively it is: the number of its waves.", 3.0, 1.0, float(_MOST_WAVES), whole=True)
PATH = Path("noise", "Noise loop", _make, parameters=(_SIZE, _SEED, _WAVES))
