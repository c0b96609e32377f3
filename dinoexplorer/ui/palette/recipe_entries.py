"""The recipes that can be trained, for the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dinoexplorer.ui.palette.entry import Entry
from dinoexplorer.ui.train.loading import load_module

Recipes = tuple[tuple[str, str, str], ...]
"""Name, title and what it is for, of each."""


class RecipeEntries:
    """Opens the form of a new run with a recipe chosen. There are none until `set_recipes` has been called."""

    def __init__(self, train: Callable[[str], object]) -> None:
        self._train = train
        self._recipes: Recipes = ()

    def set_recipes(self, recipes: Recipes) -> None:
        """Offer these."""
        self._recipes = recipes

    def entries(self) -> list[Entry]:
        """See `Provider`."""
        return [
            Entry(
                f"recipe:{name}",
                f"Train {name}…",
                "recipe",
                partial(self._train, name),
                title if not about else f"{title}: {about}",
                "new run training",
            )
            for name, title, about in self._recipes
        ]


def read_recipes() -> Recipes:
    """The recipes that came with the program; reads their files, so in a thread."""
    recipes = load_module("training.config").list_recipes()
    return tuple((recipe.name, recipe.title, recipe.about) for recipe in recipes)
