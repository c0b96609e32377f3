"""Planes through a latent space: every place is exactly one code, and nothing has to be estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told

if TYPE_CHECKING:
    from dinoexplorer.latent.latent_map import LatentMap  # which checks the plane of a file

_PREFIX = "slice."
_NAMES = ("origin", "first", "second")
_PARALLEL = 1e-5  # sine of the angle below which two directions are one


@dataclass(frozen=True, eq=False, slots=True)
class Plane:
    """The codes ``origin + x * first + y * second``, each of them ``(dim,)``.

    It is also a projection: codes off the plane are laid down on it by least squares.
    """

    origin: FloatArray
    first: FloatArray
    second: FloatArray

    name = "slice"
    title = "Plane"

    def __post_init__(self) -> None:
        one, two = (direction.astype(np.float64) for direction in (self.first, self.second))
        area = (one @ one) * (two @ two) - (one @ two) ** 2
        if not area > _PARALLEL**2 * (one @ one) * (two @ two):
            raise GeneratorError("These two directions are one and the same, or none; a plane needs two.")

    def code(self, x: float, y: float) -> FloatArray:
        """The code ``(dim,)`` of a place."""
        return np.asarray(self.codes(np.array([[x, y]], np.float32))[0])

    def codes(self, places: FloatArray) -> FloatArray:
        """Places ``(n, 2)`` to codes ``(n, dim)``."""
        return np.asarray(self.origin + places @ np.stack([self.first, self.second]), np.float32)

    def places(self, codes: FloatArray) -> FloatArray:
        """Codes ``(n, dim)`` to the nearest places ``(n, 2)``; exact for codes of this plane."""
        directions = np.stack([self.first, self.second]).astype(np.float64)
        away = codes.astype(np.float64) - self.origin
        return np.asarray(away @ np.linalg.pinv(directions), np.float32)

    def holding(self, code: FloatArray) -> Plane:
        """The parallel plane through ``code (dim,)``; the place of a code stays as it is."""
        x, y = self.places(code[None])[0]
        return replace(self, origin=(code - x * self.first - y * self.second).astype(np.float32))

    def scaled(self, x: float, y: float) -> Plane:
        """The same plane in other units."""
        return replace(self, first=np.float32(x) * self.first, second=np.float32(y) * self.second)

    def project(self, codes: FloatArray, seed: int = 0, progress: Told | None = None) -> Projected:  # noqa: ARG002  at once
        """As a projection: places and what the way back needs."""
        return Projected(self.places(codes), self.arrays())

    def arrays(self) -> dict[str, FloatArray]:
        """What a map keeps of it."""
        return {f"{_PREFIX}{name}": np.asarray(getattr(self, name), np.float32) for name in _NAMES}


def dimensions_plane(code: FloatArray, first: int, second: int) -> Plane:
    """Two dimensions with the rest held at ``code (dim,)``; a place is the values of the two.

    Raises
    ------
    GeneratorError
        If they are one and the same, or do not exist.
    """
    dim = len(code)
    if not (0 <= first < dim and 0 <= second < dim):
        raise GeneratorError(f"Dimensions {first},{second} do not exist: the dimensions here are 0 to {dim - 1}.")
    if first == second:
        raise GeneratorError(f"Dimensions {first},{second} are one and the same; name two dimensions.")
    origin, one, two = (np.zeros(dim, np.float32) for _ in range(3))
    origin[:] = code
    origin[[first, second]] = 0
    one[first] = two[second] = 1
    return Plane(origin, one, two)


def principal_plane(codes: FloatArray, through: FloatArray | None = None) -> tuple[Plane, FloatArray]:
    """The two directions in which ``codes (n, dim)`` vary most, through their mean or a code ``(dim,)``.

    Directions have length 1; the second value is the standard deviation of the codes along each, ``(2,)``.

    Raises
    ------
    GeneratorError
        If the codes do not vary in two directions.
    """
    from dinoexplorer.latent.projections.pca import PROJECTION  # noqa: PLC0415  projections know nothing of planes

    projected = PROJECTION.project(codes, 0)
    deviations = projected.xy.std(axis=0)
    if len(codes) < 3 or codes.shape[1] < 2 or deviations.min() <= 1e-6 * max(float(deviations.max()), 1e-12):
        raise GeneratorError("These codes do not vary in two directions, so they have no principal plane.")
    plane = Plane(projected.inverse["mean"], *projected.inverse["axes"])
    return (plane if through is None else plane.holding(through)), deviations


def plane_through(codes: FloatArray) -> Plane:
    """The plane through three codes ``(3, dim)``: the first is at (0, 0), the second on the x axis at its distance.

    Raises
    ------
    GeneratorError
        If there are not three, or they lie on one line.
    """
    if len(codes) != 3:
        raise GeneratorError(f"A plane goes through three codes and was given {len(codes)}; give three.")
    origin, two, three = codes.astype(np.float64)
    first, second = two - origin, three - origin
    length = np.linalg.norm(first)
    second = second - (second @ first) * first / max(length**2, 1e-30)
    if length <= 0 or np.linalg.norm(second) <= _PARALLEL * np.linalg.norm(three - origin) or not second.any():
        raise GeneratorError("These three codes lie on one line, so no single plane goes through them; change one.")
    directions = first / length, second / np.linalg.norm(second)
    return Plane(codes[0].astype(np.float32), *(direction.astype(np.float32) for direction in directions))


def plane_map(latent_map: LatentMap, plane: Plane) -> LatentMap:
    """The images of a map laid down on a plane: steered by exactly, whatever the map was before."""
    projected = plane.project(latent_map.latents)
    centred = latent_map.latents - latent_map.latents.mean(axis=0) if len(latent_map) else latent_map.latents
    total = float((centred.astype(np.float64) ** 2).sum())
    units = np.linalg.svd(np.stack([plane.first, plane.second]).astype(np.float64), full_matrices=False)[2]
    share = float(((centred @ units.T) ** 2).sum()) / total if total > 0 else None
    return replace(
        latent_map, xy=projected.xy, method=Plane.name, inverse=projected.inverse,
        basis="codes", trustworthiness=None, variance=None if share is None else min(share, 1.0),
    )  # fmt: skip


def plane_of(arrays: Mapping[str, FloatArray], dim: int) -> Plane | None:
    """The plane that a map's arrays hold, or None where they hold none.

    Raises
    ------
    GeneratorError
        If the arrays are there but are no plane of ``dim`` dimensions.
    """
    kept = [arrays.get(f"{_PREFIX}{name}") for name in _NAMES]
    found = [array for array in kept if array is not None]
    if not found:
        return None
    if len(found) != 3 or any(array.shape != (dim,) for array in found):
        raise GeneratorError("its plane does not fit its codes")
    return Plane(*found)
