"""The latent space of a network that takes a class beside its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dinoexplorer.generators.generator import FloatArray, LatentSpec, Mixture

_SPREAD = 0.3
"""The scale of a class weight's slider; weights of pure classes are 0 and 1."""


@dataclass(frozen=True, slots=True)
class OneClassEach:
    """Draws codes of ``dim`` numbers from the prior, each with one of ``classes`` behind it; see `LatentSpec.draw`."""

    dim: int
    classes: int
    prior: Literal["normal", "uniform"] = "normal"

    def __call__(self, count: int, rng: np.random.Generator, truncation: float) -> FloatArray:
        codes = LatentSpec(self.dim, np.zeros(0, np.float32), np.zeros(0, np.float32), self.prior).sample(
            count, rng, truncation
        )
        weights = np.eye(self.classes, dtype=np.float32)[rng.integers(self.classes, size=count)]
        return np.concatenate([codes, weights], axis=1)


def latent_with_classes(
    dim: int, classes: int, prior: Literal["normal", "uniform"] = "normal"
) -> tuple[LatentSpec, tuple[str, ...]]:
    """The prior of ``dim`` numbers and behind it the weights of ``classes``, and the classes' names.

    A random code is of one pure class. Where the prior is normal, that is a mixture of one component for each, without
    spread in the weights.
    """
    zeros, ones = np.zeros(dim, np.float32), np.full(dim, 1.0 if prior == "normal" else 3**-0.5, np.float32)
    if not classes:
        return LatentSpec(dim, zeros, ones, prior), ()
    names = tuple(map(str, range(classes)))
    means = np.concatenate([np.zeros((classes, dim), np.float32), np.eye(classes, dtype=np.float32)], axis=1)
    scales = np.concatenate([np.ones((classes, dim), np.float32), np.zeros((classes, classes), np.float32)], axis=1)
    normal = prior == "normal"
    latent = LatentSpec(
        dim + classes,
        np.concatenate([zeros, np.full(classes, 1 / classes, np.float32)]),
        np.concatenate([ones, np.full(classes, _SPREAD, np.float32)]),
        prior,
        mixture=Mixture(np.full(classes, 1 / classes, np.float32), means, scales) if normal else None,
        draw=None if normal else OneClassEach(dim, classes, prior),
        names=tuple(f"z{number + 1}" for number in range(dim)) + names,
    )
    return latent, names
