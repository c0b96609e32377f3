"""Directions taught on the shipped dinosaurs, and what they do to factors whose truth is known.

The shipped map holds the codes of built-in drawings, so the factors that they were drawn with can be drawn again. Its
codes are shared out: directions are taught from one part, an estimator that reads factors from codes is fitted to a
second, and pictures of a third are moved, decoded, encoded again and read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators import Generator, open_generator
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.direction import Direction, conditioned
from dinoexplorer.latent.directions import Material, find_way
from dinoexplorer.latent.latent_map import map_path, read_map
from dinoexplorer.latent.lessons import of_values
from dinoexplorer.resources import resource_path
from training.data.dinosaurs import FACTOR_NAMES, SPECIES, Factors, sample_factors

Array = NDArray[np.float64]
DEVIATIONS = 2.0
TAUGHT = ("colour", "size", "facing")
_MAP_SEED, _VARIATION = 1_000_000, 0.5  # of the drawings of the shipped map, see resources/checkpoints/README.md
_WIDTH, _RIDGE = 200.0, 0.01


def _warmth(factors: Factors) -> float:
    """Hue is a circle, so it has no high and no low end; warm (orange) and cold (blue) are two sides of it."""
    return float(np.cos(2 * np.pi * (factors.hue - 0.05)))


def _named(name: str) -> Callable[[Factors], float]:
    return lambda factors: float(getattr(factors, name))


READ: dict[str, Callable[[Factors], float]] = {
    "colour": _warmth, "size": _named("scale"), "facing": _named("facing"),
} | {
    name: _named(name) for name in FACTOR_NAMES
    if name not in {"species", "facing", "scale", "hue", "ornament_hue", "gait"}  # the last three are circles
}  # fmt: skip


class Estimator:
    """Reads factors from codes ``(n, dim)``, in standard deviations, by kernel ridge regression."""

    def __init__(self, codes: FloatArray, values: Array) -> None:
        self._codes, self._mean, self._std = codes, codes.mean(axis=0), codes.std(axis=0)
        self._centre, self._unit = values.mean(axis=0), values.std(axis=0)
        products = self._kernel(codes) + _RIDGE * np.eye(len(codes))
        self._weights = np.linalg.solve(products, self.in_deviations(values))

    def __call__(self, codes: FloatArray) -> Array:
        return np.asarray(self._kernel(codes) @ self._weights)

    def in_deviations(self, values: Array) -> Array:
        return np.asarray((values - self._centre) / self._unit)

    def _kernel(self, codes: FloatArray) -> Array:
        one, two = ((part.astype(np.float64) - self._mean) / self._std for part in (codes, self._codes))
        squared = (one**2).sum(axis=1)[:, None] + (two**2).sum(axis=1) - 2 * one @ two.T
        return np.asarray(np.exp(-np.maximum(squared, 0) / _WIDTH))


@dataclass(frozen=True)
class Taught:
    """A direction, and how far each of `READ` moved along it in each picture ``(n, factors)``, in deviations."""

    direction: Direction
    moved: Array


class Dinosaurs:
    """The shipped model, its map's codes in three parts, and their true factors."""

    def __init__(self, starts: int) -> None:
        path = resource_path("checkpoints", "dinosaurs.safetensors")
        latent_map = read_map(map_path(path))
        drawn = [sample_factors(_MAP_SEED, index, variation=_VARIATION) for index in range(len(latent_map))]
        if [factors.species for factors in drawn] != latent_map.labels.tolist():
            raise ValueError("The shipped map was made of other drawings than it says; make it anew.")
        self.generator: Generator = open_generator(path)
        self.values = np.array([[read(factors) for read in READ.values()] for factors in drawn])
        self.codes, self.species = latent_map.latents, latent_map.labels
        rounds = np.arange(len(drawn)) // len(SPECIES) % 8
        self.taught, self.read, self.third = rounds % 2 == 0, np.isin(rounds, (1, 3, 5)), rounds == 7
        self.starts = np.random.default_rng(0).permutation(np.flatnonzero(self.third))[:starts]
        self.estimator = Estimator(self.codes[self.read], self.values[self.read])

    def certainty(self) -> dict[str, float]:
        """The share of each factor's variance that the estimator reads from codes it does not know."""
        wanted = self.estimator.in_deviations(self.values[self.third])
        missed = ((self.estimator(self.codes[self.third]) - wanted) ** 2).mean(axis=0) / wanted.var(axis=0)
        return dict(zip(READ, (1 - missed).tolist(), strict=True))

    def teach(self, way: str = "logistic") -> list[Taught]:
        """High against low within each species, each direction without what it shares with the others."""
        codes, kinds = self.codes[self.taught], self.species[self.taught]
        material = Material(self.generator, codes)
        columns = {name: self.values[self.taught, list(READ).index(name)] for name in TAUGHT}
        lessons = [of_values(name, codes, column, kinds) for name, column in columns.items()]
        alone = [find_way(way).find(replace(material, lesson=lesson))[0] for lesson in lessons]
        pure = [conditioned(one, [other for other in alone if other is not one], codes) for one in alone]
        return [Taught(direction, self.along(direction)) for direction in pure]

    def along(self, direction: Direction) -> Array:
        """How far the factors move from 2 deviations before the pictures to 2 behind them."""
        before, behind = (
            self.estimator(self.generator.encode(self.generator.decode(direction.moved(self.codes[self.starts], way))))
            for way in (-DEVIATIONS, DEVIATIONS)
        )
        return behind - before
