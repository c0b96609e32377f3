"""One sheet of children with all that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.breeding import breed
from dinoexplorer.latent.cloud import Cloud
from dinoexplorer.latent.mix import Named

_NAMED = 3


@dataclass(frozen=True, eq=False, slots=True)
class Recipe:
    """What a sheet is made from: the same recipe makes the same children."""

    number: int
    parents: tuple[Named, ...]
    count: int
    mutation: float
    seed: int

    def has_parents(self, parents: tuple[Named, ...]) -> bool:
        """Whether it has just these parents."""
        mine = [code for _, code in self.parents]
        return len(mine) == len(parents) and all(
            np.array_equal(one, two) for one, (_, two) in zip(mine, parents, strict=True)
        )


@dataclass(frozen=True, eq=False, slots=True)
class Litter:
    """Children ``(count, dim)`` and their recipe."""

    recipe: Recipe
    children: FloatArray

    @property
    def title(self) -> str:
        """Whose children these are."""
        names = [name for name, _ in self.recipe.parents]
        if len(names) == 1:
            return f"Variations of {names[0]}"
        if len(names) > _NAMED:
            return f"Children of {len(names)} parents"
        return f"Children of {', '.join(names[:-1])} and {names[-1]}"

    def name(self, child: int) -> str:
        """What a child is called: by its sheet and its place in it, "Child 2.5"."""
        return f"Child {self.recipe.number}.{child + 1}"


def bear(recipe: Recipe, cloud: Cloud) -> Litter:
    """A new sheet; mutated along the spread of the cloud, whose axes may take a while, so away from the window.

    Raises
    ------
    GeneratorError
        If there are no parents, or the mutation is none.
    """
    codes = np.stack([code for _, code in recipe.parents])
    children = breed(codes, cloud.info, recipe.count, mutation=recipe.mutation, seed=recipe.seed, axes=cloud.axes())
    return Litter(recipe, children)
