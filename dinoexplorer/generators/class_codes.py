"""The latent space of a network that takes a class beside its code."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import LatentSpec, Mixture

_SPREAD = 0.3
"""The scale of a class weight's slider; weights of pure classes are 0 and 1."""


def latent_with_classes(dim: int, classes: int) -> tuple[LatentSpec, tuple[str, ...]]:
    """A standard normal of ``dim`` and behind it the weights of ``classes``, and the classes' names.

    A random code is of one pure class: the mixture has one component for each, without spread in the weights.
    """
    zeros, ones = np.zeros(dim, np.float32), np.ones(dim, np.float32)
    if not classes:
        return LatentSpec(dim, zeros, ones), ()
    names = tuple(map(str, range(classes)))
    means = np.concatenate([np.zeros((classes, dim), np.float32), np.eye(classes, dtype=np.float32)], axis=1)
    scales = np.concatenate([np.ones((classes, dim), np.float32), np.zeros((classes, classes), np.float32)], axis=1)
    latent = LatentSpec(
        dim + classes,
        np.concatenate([zeros, np.full(classes, 1 / classes, np.float32)]),
        np.concatenate([ones, np.full(classes, _SPREAD, np.float32)]),
        mixture=Mixture(np.full(classes, 1 / classes, np.float32), means, scales),
        names=tuple(f"z{number + 1}" for number in range(dim)) + names,
    )
    return latent, names
