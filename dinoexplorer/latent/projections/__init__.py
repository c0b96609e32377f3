"""Ways to lay latent codes out on a plane, one file each; a projection is found by being here."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray

Told = Callable[[int, int], None]
_CURVED = {"pacmap": "pacmap", "umap": "umap", "tsne": "openTSNE"}  # the quickest first; the package that each needs


@dataclass(frozen=True, eq=False, slots=True)
class Projected:
    """Places ``xy (n, 2)`` and what the way back needs, by name."""

    xy: FloatArray
    inverse: dict[str, FloatArray] = field(default_factory=dict)


class Projection(Protocol):
    """A module in this folder with ``PROJECTION`` of this kind."""

    name: str
    title: str

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:
        """Lay codes ``(n, dim)`` out; raises `GeneratorError` where an optional package is missing.

        ``progress`` is told how far the work is and may raise to end it.
        """
        ...


def projection_names() -> list[str]:
    """The methods that ``dinoexplorer map --method`` takes."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def installed_projections() -> list[str]:
    """Those of `projection_names` whose packages are there; nothing is imported, so this takes no time."""
    return [name for name in projection_names() if name not in _CURVED or _is_there(_CURVED[name])]


def curved_projection() -> str:
    """The quickest curved projection whose package is there, else "pca"."""
    return next((name for name, package in _CURVED.items() if _is_there(package)), "pca")


def find_projection(name: str) -> Projection:
    """The projection of a name; raises `GeneratorError` naming those that exist."""
    if name not in projection_names():
        raise GeneratorError(f"There is no projection called {name!r}; use {', '.join(projection_names())}.")
    projection: Projection = importlib.import_module(f"{__name__}.{name}").PROJECTION
    return projection


def unit_spread(xy: FloatArray) -> FloatArray:
    """Places around (0, 0) that spread like a standard normal.

    The units of a curved projection mean nothing; this makes maps of all methods alike to steer on.
    """
    places = np.asarray(xy, np.float64)
    places = places - places.mean(axis=0)
    return np.asarray(places / max(float(places.std()), 1e-12), np.float32)


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # a module without a spec, or None in its place
        return False
