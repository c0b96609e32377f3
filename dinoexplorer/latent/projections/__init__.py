"""Ways to lay latent codes out on a plane, one file each; a projection is found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Protocol

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Projected:
    """Places ``xy (n, 2)`` and what the way back needs, by name."""

    xy: FloatArray
    inverse: dict[str, FloatArray] = field(default_factory=dict)


class Projection(Protocol):
    """A module in this folder with ``PROJECTION`` of this kind."""

    name: str
    title: str

    def project(self, codes: FloatArray, seed: int) -> Projected:
        """Lay codes ``(n, dim)`` out; raises `GeneratorError` where an optional package is missing."""
        ...


def projection_names() -> list[str]:
    """The methods that ``dinoexplorer map --method`` takes."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find_projection(name: str) -> Projection:
    """The projection of a name; raises `GeneratorError` naming those that exist."""
    if name not in projection_names():
        raise GeneratorError(f"There is no projection called {name!r}; use {', '.join(projection_names())}.")
    projection: Projection = importlib.import_module(f"{__name__}.{name}").PROJECTION
    return projection
