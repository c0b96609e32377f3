"""Arithmetic of codes: a picture less what makes it this, plus what makes it that."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.shell import shell_of
from dinoexplorer.latent.spaces import is_gaussian, tidied_classes


def combined(plus: FloatArray, minus: FloatArray, info: GeneratorInfo, *, put_back: bool = False) -> FloatArray:
    """The sum of codes ``plus (n, dim)`` less the sum of ``minus (m, dim)``, ``(dim,)``: a - b + c is ``[a, c], [b]``.

    Codes count as departures from the mean of the space, so that a + b stays near the data too. ``put_back`` brings the
    result to the length that is typical of the space, where that is Gaussian. Weights of classes are added likewise and
    brought to a sum of 1.

    Raises
    ------
    GeneratorError
        If the codes do not fit the space.
    """
    mean = info.latent.mean.astype(np.float64)
    away = np.zeros(info.latent.dim)
    for sign, codes in ((1, plus), (-1, minus)):
        if len(codes):
            away += sign * (info.latent.check(codes) - mean).sum(axis=0)
    result = tidied_classes(np.asarray(mean + away, np.float32), info)
    return np.asarray(shell_of(info).put_back(result[None])[0]) if put_back and is_gaussian(info) else result
