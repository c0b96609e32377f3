"""What a path may lean on besides the keyframes: the space, its map, its data."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.way_back import WayBack
from dinoexplorer.morph.data_graph import DataGraph

_MOST_SAMPLED = 2000


class Surroundings:
    """A generator's space, and the map of it where there is one; what takes time is made when it is first asked for.

    Attributes
    ----------
    info : GeneratorInfo
    map : LatentMap or None
    free : int
        How many numbers of a code are coordinates; the rest are noise or the weights of the classes.
    """

    def __init__(self, info: GeneratorInfo, latent_map: LatentMap | None = None) -> None:
        self.info = info
        self.map = latent_map
        self.free = info.free

    @cached_property
    def way_back(self) -> WayBack:
        """From places of the map to codes; only where there is a map."""
        return WayBack(self._a_map)

    @cached_property
    def locator(self) -> Locator:
        """From codes to places of the map; only where there is a map."""
        return Locator(self._a_map)

    @cached_property
    def graph(self) -> DataGraph:
        """The encoded images and their neighbours; some seconds for a map of many points."""
        return DataGraph(self._a_map.latents)

    @cached_property
    def spread(self) -> float:
        """The typical distance of a code of the data from their mean."""
        codes: FloatArray = (
            self.map.latents
            if self.map is not None and len(self.map) > 1
            else self.info.latent.sample(_MOST_SAMPLED, 0)
        )
        return float(np.sqrt(codes[:, : self.free].astype(np.float64).var(axis=0).sum()))

    @property
    def _a_map(self) -> LatentMap:
        if self.map is None:
            raise ValueError("asked for the map of a generator that has none")
        return self.map


def without_map(surroundings: Surroundings) -> str:
    """Why a path that needs a map does not fit; empty where it does."""
    if surroundings.map is not None and len(surroundings.map) > 1:
        return ""
    name = surroundings.info.path.name
    return f"This path needs the latent map of {name}, which is not there; make it with 'dinoexplorer map {name}'."
