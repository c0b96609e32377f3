"""What steering by a map needs, prepared once and away from the window: the way there, the way back, a first place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.locating import Locator
from dinoexplorer.latent.map_scene import MapScene, prepare_scene
from dinoexplorer.latent.way_back import WayBack


@dataclass(frozen=True, eq=False, slots=True)
class SteeringMap:
    """A latent map that can be steered by: from places to codes and from codes to places."""

    map: LatentMap
    way_back: WayBack
    locator: Locator
    scene: MapScene

    def same_as(self, other: SteeringMap | None) -> bool:
        """Whether nothing that a person would notice differs."""
        if other is None:
            return False
        one, two = self.map, other.map
        return (one.method, one.classes, one.names, one.checkpoint_sha256, one.thumbnails.shape) == (
            two.method,
            two.classes,
            two.names,
            two.checkpoint_sha256,
            two.thumbnails.shape,
        ) and all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ("xy", "labels", "errors"))


def prepare_steering(latent_map: LatentMap | None, spec: LatentSpec) -> SteeringMap | None:
    """The map made ready; without one the empty plane of a 2-D space, else None."""
    if latent_map is None:
        if spec.dim != 2:
            return None
        latent_map = _empty_plane()
    scene = prepare_scene(latent_map)
    return SteeringMap(latent_map, WayBack(latent_map, index=scene.index), Locator(latent_map), scene)


def first_sight(spec: LatentSpec, latent_map: LatentMap | None) -> FloatArray:
    """A code that shows something at once: the most typical encoded image, else a sample.

    Of the first class where there are classes: in the middle between several lies nothing typical.
    """
    if latent_map is None or len(latent_map) == 0:
        return np.asarray(spec.sample(1, 1)[0])
    first = latent_map.labels == 0
    codes = latent_map.latents[first] if first.any() else latent_map.latents
    distance = (((codes - codes.mean(axis=0)) / np.maximum(spec.std, 1e-6)) ** 2).sum(axis=1)
    return np.asarray(codes[int(distance.argmin())])


def _empty_plane() -> LatentMap:
    nothing = np.zeros((0, 2), np.float32)
    return LatentMap(nothing, nothing, np.zeros(0, np.int32), (), np.zeros((0, 1, 1, 3), np.uint8), "plane", "")
