"""The codes that say what is usual in a space: those of a map where there is one, else random ones."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.components import PrincipalAxes, principal_axes
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.spaces import free_dimensions
from dinoexplorer.latent.typicality import typicality

_RANDOM, _NUMBERS = 4000, 8_000_000  # codes, and numbers of all codes together
_FEWEST = 50  # images that say how codes spread
_APART, _PAIRS, _LEAST = 0.6, 500, 1e-6
_MOST = 50_000  # more say nothing new, and take long


@dataclass(frozen=True, eq=False, slots=True)
class Ranked:
    """Codes ``(k, dim)`` with what to call them, the first in rank first."""

    names: tuple[str, ...]
    codes: FloatArray


class Cloud:
    """Many codes of a space. What is asked of it may take a second or two, so away from the window.

    May be asked from several threads; the axes are worked out once.
    """

    def __init__(self, info: GeneratorInfo, latent_map: LatentMap | None) -> None:
        self.info, self.map = info, latent_map
        known = 0 if latent_map is None else len(latent_map.latents)
        self.mapped = latent_map is not None and known >= _FEWEST and latent_map.latents.shape[1] == info.latent.dim
        self._lock = threading.Lock()
        self._axes: PrincipalAxes | None = None

    @property
    def words(self) -> str:
        """What it is made of."""
        return "the images of the map" if self.mapped else f"{self._count:,} random pictures"

    @property
    def _count(self) -> int:
        return min(_RANDOM, max(_NUMBERS // self.info.latent.dim, 500))

    def axes(self) -> PrincipalAxes:
        """The principal axes of its codes."""
        with self._lock:
            if self._axes is None:
                codes, _ = self._codes()
                self._axes = principal_axes(codes, free_dimensions(self.info))
            return self._axes

    def ranked(self, count: int, *, unusual: bool) -> Ranked:
        """The most typical of its codes, or the most unusual, no two of them alike.

        The likeliest of all are often many of one kind. So what is nearer to one that was chosen than six tenths of
        what lies between two codes (the median, in deviations of the data) is left out.

        Raises
        ------
        GeneratorError
            Where all codes are equally likely.
        """
        codes, indices = self._codes()
        likely = typicality(codes, self.info)
        order = likely.most_unusual(len(codes)) if unusual else likely.most_typical(len(codes))
        chosen = order[_apart(codes[order], self.info, count)]
        return Ranked(tuple(self._name(int(indices[place])) for place in chosen), np.array(codes[chosen]))

    def _codes(self) -> tuple[FloatArray, np.ndarray]:
        """The codes, and their numbers."""
        if not self.mapped or self.map is None:
            return self.info.latent.sample(self._count, 0), np.arange(self._count)
        step = -(-len(self.map.latents) // _MOST)
        indices = np.arange(0, len(self.map.latents), step)
        whole = np.isfinite(self.map.latents[indices]).all(axis=1)
        return self.map.latents[indices][whole], indices[whole]

    def _name(self, index: int) -> str:
        if not self.mapped or self.map is None:
            return f"random picture {index + 1:,}"
        return ", ".join(filter(None, (f"image {index + 1:,}", self.map.label(index), self.map.name(index))))


def _apart(codes: FloatArray, info: GeneratorInfo, count: int) -> list[int]:
    """The first ``count`` of codes ``(n, dim)`` that keep their distance from those before."""
    free = free_dimensions(info)
    places = codes[:, :free] / np.maximum(info.latent.std[:free], _LEAST)
    one, two = np.random.default_rng(0).integers(len(places), size=(2, _PAIRS))
    apart = _APART * float(np.median(np.linalg.norm(places[one] - places[two], axis=1)))
    left, chosen = np.ones(len(places), bool), list[int]()
    while len(chosen) < count and left.any():
        chosen.append(int(left.argmax()))
        left &= np.linalg.norm(places - places[chosen[-1]], axis=1) > apart
        left[chosen[-1]] = False
    return chosen
