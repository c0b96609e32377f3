"""Finding and teaching directions as a person asks for it: by a way's name, from named groups, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, Generator
from dinoexplorer.latent.direction import Direction, conditioned, make_direction
from dinoexplorer.latent.directions import Material, Told, codes_for, find_way
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.lessons import between

MOST = 8


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Codes ``(n, dim)`` that have something in common, and what that is called."""

    title: str
    codes: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """Where directions are looked for: a generator, the map that tells where its data lie, and where we stand."""

    generator: Generator
    latent_map: LatentMap | None
    place: FloatArray

    def material(self) -> Material:
        """What the ways take; may draw thousands of codes, so away from the window."""
        codes = codes_for(self.generator.info, self.latent_map)
        return Material(self.generator, codes, place=self.place, count=MOST)


def find_directions(ground: Ground, way: str, told: Told | None = None) -> tuple[Direction, ...]:
    """At most `MOST` directions, found the way of that name.

    Raises
    ------
    GeneratorError
        With a sentence, if the generator or its codes do not have what the way looks at.
    """
    chosen = find_way(way)
    return tuple(replace(found, how=chosen.title) for found in chosen.find(ground.material(), told))


def teach_direction(
    ground: Ground,
    way: str,
    name: str,
    towards: Group,
    away: Group,
    *,
    without: Sequence[Direction] = (),
    told: Told | None = None,
) -> Direction:
    """The direction that leads from the group ``away`` to ``towards``, without what it shares with ``without``.

    The accuracy is that of the boundary between the groups, which is another one once something is taken out: it is
    then told among the words and not as the direction's own.

    Raises
    ------
    GeneratorError
        With a sentence, if a group is empty, or nothing is left.
    """
    chosen, material = find_way(way), ground.material()
    lesson = between(name, _finite(towards, name), _finite(away, name))
    (taught,) = chosen.find(replace(material, lesson=lesson), told)
    count = np.count_nonzero(lesson.high)
    how = f"{chosen.title}, {len(lesson.high) - count:,} against {count:,} examples"
    if not without:
        return replace(taught, how=how)
    names = ", ".join(other.name for other in without)
    before = "" if taught.accuracy is None else f" ({taught.accuracy:.0%} right before that was taken out)"
    left = conditioned(taught, without, material.codes)
    return replace(left, how=f"{how}, without {names}{before}", accuracy=None)


def step_between(ground: Ground, name: str, start: FloatArray, end: FloatArray) -> Direction:
    """The direction from one code ``(dim,)`` to another.

    Raises
    ------
    GeneratorError
        If both are the same, or the data do not differ that way.
    """
    material = ground.material()
    step = end.astype(np.float64) - start
    step[material.free :] = 0  # the weights of classes stay as they are
    return make_direction(name, step, material.codes, material.info, "the step between two codes")


def _finite(group: Group, name: str) -> FloatArray:
    codes = group.codes[np.isfinite(group.codes).all(axis=1)]
    if not len(codes):
        raise GeneratorError(f"The group {group.title!r} has no examples for {name!r}; choose another one.")
    return codes
