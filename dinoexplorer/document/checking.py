"""What a place must be to fit a space, and how its parts are called."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from dinoexplorer.document.standing import Direction, Standing, frozen
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import LatentSpec

_LONGEST_NAME = 200


def check_standing(spec: LatentSpec, standing: Standing) -> Standing:
    """Return ``standing`` if it fits the space.

    Raises
    ------
    GeneratorError
        If something of it has another number of dimensions, or is not finite.
    """
    dims = {len(standing.latent), len(standing.locked), *(len(pin.latent) for pin in standing.pins)}
    dims |= {len(direction.vector) for direction in standing.directions}
    others = dims - {spec.dim}
    if others:
        raise GeneratorError(
            f"This place has {max(others)} dimensions and this generator takes {spec.dim}; "
            f"open the checkpoint that it was saved with."
        )
    spec.check(standing.latent)
    for pin in standing.pins:
        spec.check(pin.latent)
    for direction in standing.directions:
        check_direction(spec, direction)
    return standing


def check_direction(spec: LatentSpec, direction: Direction) -> Direction:
    """Return ``direction`` with a vector of its own and a clean name.

    Raises
    ------
    GeneratorError
        If it does not fit the space or leads nowhere.
    """
    vector = spec.check(direction.vector)[0]
    if not vector.any() or not math.isfinite(direction.unit) or direction.unit == 0:
        raise GeneratorError(f"The direction {direction.name} leads nowhere; its vector and its unit must not be zero.")
    if direction.layers is not None and spec.layers and not _are_layers(direction.layers, spec):
        first, last = direction.layers
        raise GeneratorError(
            f"The direction {direction.name} acts on layers {first + 1} to {last} and this generator has "
            f"{len(spec.layers)}; open the checkpoint that it was saved with."
        )
    name, how = one_line(direction.name) or "direction", one_line(direction.how)
    return replace(direction, name=name, how=how, vector=frozen(vector))


def _are_layers(layers: tuple[int, int], spec: LatentSpec) -> bool:
    return 0 <= layers[0] < layers[1] <= len(spec.layers)


def one_line(name: str) -> str:
    """A name as it can be shown: one line, not endless; empty if nothing is left of it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:_LONGEST_NAME]


def free_names(taken: Collection[str]) -> Iterator[str]:
    """Those of "Pin 1", "Pin 2", ... that are not taken, without an end."""
    return (name for number in itertools.count(1) if (name := f"Pin {number}") not in taken)


def words_for_directions(before: Sequence[Direction], after: Sequence[Direction]) -> str:
    """What was done to the directions, for the history."""
    names = {direction.name for direction in before}
    new = [direction.name for direction in after if direction.name not in names]
    if len(new) == 1 and len(after) == len(before) + 1:
        return f"added {new[0]}"
    return "changed the directions" if after else "removed the directions"


def all_unlocked(dim: int) -> np.ndarray:
    """The locks of a new document, bool ``(dim,)``."""
    return frozen(np.zeros(dim, dtype=bool))


def unicode_or_nothing(text: str) -> str:
    """The text, or nothing where a name is in bytes of another encoding, which JSON cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return ""
    return text
