"""Ways to find directions in a latent space, one file each; a way is found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, Generator, GeneratorInfo
from dinoexplorer.generators.inspecting import Inspectable
from dinoexplorer.latent.components import eigenvectors
from dinoexplorer.latent.direction import Direction, make_direction
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.layers import along_moves, free_moves
from dinoexplorer.latent.lessons import Lesson
from dinoexplorer.latent.spaces import free_dimensions

Told = Callable[[int, int], None]
Needs = Literal["codes", "layers", "place", "lesson"]
_SAMPLES = 2000
_MOST_CODES = 20_000


@dataclass(frozen=True, eq=False, slots=True)
class Material:
    """What directions are found in.

    Attributes
    ----------
    generator : Generator
    codes : float32 (n, dim)
        Where the data lie: they give the units of all directions, and some ways look at nothing else.
    place : float32 (dim,) or None
        Where we stand, for what is found around one place.
    lesson : Lesson or None
        Examples, for what is taught.
    count : int
        How many directions are wanted at most.
    """

    generator: Generator
    codes: FloatArray
    place: FloatArray | None = None
    lesson: Lesson | None = None
    count: int = 8
    seed: int = 0

    @property
    def info(self) -> GeneratorInfo:
        """Of the generator."""
        return self.generator.info

    @property
    def free(self) -> int:
        """How many numbers of a code are free to move: all but noise and the weights of classes, which come last."""
        return free_dimensions(self.info)

    @property
    def steps(self) -> FloatArray:
        """The moves ``(k, dim)`` that directions are made of: one for each number, or for each that layers share."""
        return free_moves(self.info.latent, self.free)

    @property
    def points(self) -> FloatArray:
        """The codes as values ``(n, k)`` of the steps."""
        return along_moves(self.codes, self.info.latent, self.free)


class Way(Protocol):
    """A module in this folder with ``WAY`` of this kind.

    ``needs`` says what it takes beside the codes: nothing ("codes"), a look at the layers of the generator ("layers"),
    that and a place ("place"), or a lesson ("lesson").
    """

    name: str
    title: str
    needs: Needs

    def find(self, material: Material, progress: Told | None = None) -> tuple[Direction, ...]:
        """The directions, those that matter most first; a taught way finds one.

        ``progress`` is told how far the work is and may raise to end it. Takes milliseconds to seconds, so away from
        the window.

        Raises
        ------
        GeneratorError
            With a sentence, if the material does not suffice or the generator shows nothing of its layers.
        """
        ...


def way_names() -> list[str]:
    """The names of all ways."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find_way(name: str) -> Way:
    """The way of a name; raises `GeneratorError` naming those that exist."""
    if name not in way_names():
        raise GeneratorError(f"There is no way to find directions called {name!r}; use {', '.join(way_names())}.")
    way: Way = importlib.import_module(f"{__name__}.{name}").WAY
    return way


def all_ways() -> list[Way]:
    """Every way, by name; nothing heavy is imported."""
    return [find_way(name) for name in way_names()]


def why_not(way: Way, generator: Generator) -> str:
    """Why a way cannot be gone with this generator, in a sentence; empty where it can, as far as is seen from here."""
    if way.needs in {"codes", "lesson"} or isinstance(generator, Inspectable):
        return ""
    return f"{generator.info.path.name} only decodes and does not show its layers, which {way.title} looks at."


def codes_for(info: GeneratorInfo, latent_map: LatentMap | None = None, seed: int = 0) -> FloatArray:
    """Codes that tell where the data lie, ``(n, dim)``: those of the map of this model, else samples."""
    belongs = latent_map is not None and latent_map.checkpoint_sha256 == info.sha256
    if latent_map is None or not belongs or len(latent_map) < 2 or latent_map.latents.shape[1] != info.latent.dim:
        return info.latent.sample(_SAMPLES, seed)
    return latent_map.latents[:: max(-(-len(latent_map) // _MOST_CODES), 1)]


def leading_directions(products: np.ndarray, material: Material, how: str, called: str) -> tuple[Direction, ...]:
    """The eigenvectors of ``products (k, k)`` of the steps with the largest eigenvalues, named ``called`` 1, 2, ..."""
    values, vectors = eigenvectors(products)
    kept = range(min(material.count, int(np.count_nonzero(values))))
    steps = material.steps
    total = float(values.sum())
    return tuple(
        make_direction(
            f"{called} {place + 1}", vectors[place] @ steps, material.codes, material.info, how,
            share=float(values[place]) / total,
        )
        for place in kept
    )  # fmt: skip
