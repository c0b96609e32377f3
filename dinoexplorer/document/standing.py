"""Where we stand: all that undo acts on, as values that are never changed in place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.layers import only_in_layers

LARGEST_TRUNCATION = 10.0
"""Nothing that was trained knows codes so far out."""


@dataclass(frozen=True, eq=False, slots=True)
class Pin:
    """A kept code ``(dim,)`` with a name. Its ``key`` is its own for as long as the document is open."""

    key: int
    name: str
    latent: FloatArray

    def same_as(self, other: Pin) -> bool:
        """Whether both are the same pin, with the same name at the same place."""
        return (self.key, self.name) == (other.key, other.name) and np.array_equal(self.latent, other.latent)


@dataclass(frozen=True, eq=False, slots=True)
class Direction:
    """A way through the latent space that a slider moves along.

    Attributes
    ----------
    key : int
        Its own for as long as the document is open.
    vector : float32 (dim,)
        Where it leads; of any length but zero.
    unit : float
        One unit of its slider, in lengths of ``vector``: the code moves by ``amount * unit * vector``.
    how : str
        How it was found, in words: "PCA", "taught from 40 pictures".
    space : str
        The space of the vector, as `LatentSpec.spaces` names them.
    layers : (int, int) or None
        The first layer that it acts on and the one after the last, where the space has layers; None for all. The vector
        has them all; see `within`.
    share, accuracy : float or None
        0 to 1: what it explains of all that its way of finding looked at, and how well it tells its two groups apart
        where they were held out; None where that is not known.
    """

    key: int
    name: str
    vector: FloatArray
    unit: float = 1.0
    how: str = ""
    space: str = "z"
    layers: tuple[int, int] | None = None
    share: float | None = None
    accuracy: float | None = None

    def moved(self, code: FloatArray, amount: float) -> FloatArray:
        """A code ``(dim,)`` so many units further along; beyond float32 it is not finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(code + np.float32(amount * self.unit) * self.vector, np.float32)

    def place(self, code: FloatArray, origin: FloatArray) -> float:
        """How many units a code ``(dim,)`` lies from ``origin`` along it: its projection, whatever it does beside."""
        vector = self.vector.astype(np.float64)
        away, square = code.astype(np.float64) - origin, float(vector @ vector)
        return float(away @ vector / square / self.unit) if square > 0 else 0.0

    def within(self, spec: LatentSpec) -> Direction:
        """The direction as it moves a code: without what it would do to layers that it does not act on."""
        vector = only_in_layers(self.vector, spec, self.layers)
        return self if vector is self.vector else replace(self, vector=frozen(vector))

    def same_as(self, other: Direction) -> bool:
        """Whether both are the same direction in every respect."""
        return self._figures() == other._figures() and np.array_equal(self.vector, other.vector)

    def _figures(self) -> tuple[object, ...]:
        return (self.key, self.name, self.unit, self.how, self.space, self.layers, self.share, self.accuracy)


@dataclass(frozen=True, slots=True)
class Space:
    """How codes are drawn: ``truncation`` scales the spread of random ones (1 as the data, 0 the middle)."""

    truncation: float = 1.0


@dataclass(frozen=True, slots=True)
class Draw:
    """What a code was drawn with: it began as ``LatentSpec.sample(1, seed, truncation)[0]``."""

    seed: int
    truncation: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """Where we stand. Arrays refuse to be written to; every edit makes a new value.

    Attributes
    ----------
    latent, locked : float32 (dim,), bool (dim,)
        The present code, and the dimensions that are locked.
    pins, directions : tuples
        In the order in which they are shown; their keys differ from one another.
    space : Space
    timeline : str
        The timeline as JSON text, empty where there is none. What is in it is the morph's own.
    draw : Draw or None
        What the code was drawn with, if it was; single dimensions may have been edited since.
    """

    latent: FloatArray
    locked: np.ndarray
    pins: tuple[Pin, ...] = ()
    directions: tuple[Direction, ...] = ()
    space: Space = field(default_factory=Space)
    timeline: str = ""
    draw: Draw | None = None

    def same_as(self, other: Standing) -> bool:
        """Whether nothing that a person would notice differs."""
        return (
            np.array_equal(self.latent, other.latent)
            and np.array_equal(self.locked, other.locked)
            and (self.space, self.timeline) == (other.space, other.timeline)
            and _same(self.pins, other.pins)
            and _same(self.directions, other.directions)
        )


Keyed = TypeVar("Keyed", Pin, Direction)


def with_key(items: tuple[Keyed, ...], key: int) -> Keyed:
    """The pin or direction that has this key.

    Raises
    ------
    GeneratorError
        If there is none.
    """
    for item in items:
        if item.key == key:
            return item
    raise GeneratorError(f"There is nothing numbered {key} any more; it was removed.")


def replaced(items: tuple[Keyed, ...], changed: Keyed) -> tuple[Keyed, ...]:
    """The same tuple with ``changed`` in the place of what has its key."""
    return tuple(changed if item.key == changed.key else item for item in items)


def moved(items: tuple[Keyed, ...], moving: Collection[Keyed], place: int) -> tuple[Keyed, ...]:
    """The same tuple with some of its items, in their order, before the one that is at ``place``, or at an end."""
    keys = {item.key for item in moving}
    place = max(place, 0)
    before = tuple(item for item in items[:place] if item.key not in keys)
    after = tuple(item for item in items[place:] if item.key not in keys)
    return before + tuple(item for item in items if item.key in keys) + after


def frozen(array: np.ndarray) -> np.ndarray:
    """A private copy that refuses to be written to."""
    copy = np.array(array)
    copy.setflags(write=False)
    return copy


def _same(items: tuple[Keyed, ...], others: tuple[Keyed, ...]) -> bool:
    if len(items) != len(others):
        return False
    return all(item is other or item.same_as(other) for item, other in zip(items, others, strict=True))
