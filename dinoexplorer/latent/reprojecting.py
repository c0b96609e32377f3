"""Laying the codes of a map out anew, by another method."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.features import small_pixels
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_stages import MapStages, Progress, check_codes
from dinoexplorer.latent.stage_cache import StageCache


def reproject(
    latent_map: LatentMap,
    method: str,
    info: GeneratorInfo,
    *,
    seed: int = 0,
    quick: bool = False,
    progress: Progress | None = None,
    cache: StageCache | None = None,
) -> LatentMap:
    """The images of a map laid out by another ``method``; nothing is encoded or decoded for it.

    As `build_map` does, what comes from a generator without an encoder is laid out by what its pictures look like:
    here by their thumbnails. ``quick`` leaves the way back to a blend of the nearest images and measures nothing.

    Raises
    ------
    GeneratorError
        If the method does not fit, or the map has nothing to lay out.
    """
    codes = latent_map.latents
    if len(codes) < 2:
        images = "one image" if len(codes) else "no image"
        raise GeneratorError(f"This map has {images}, and laying out takes at least two; make it anew of more images.")
    check_codes(codes, info.path.name)
    basis = "codes" if info.encoder or method == "plane" else "pictures"
    stages = MapStages(info.sha256, seed, progress or (lambda *_step: None), cache)
    source = hashlib.sha256(np.ascontiguousarray(codes).data).hexdigest()
    shown = codes if basis == "codes" else _features(latent_map, stages, source)
    laid = stages.lay_out(
        method, codes, shown, source=source, basis=basis, shell=latent_map.inverse.get("shell"), quick=quick
    )
    return replace(
        latent_map, xy=laid.xy, method=method, inverse=laid.inverse, basis=basis,
        trustworthiness=laid.trustworthiness, variance=laid.variance,
    )  # fmt: skip


def _features(latent_map: LatentMap, stages: MapStages, source: str) -> FloatArray:
    pictures = latent_map.thumbnails
    if len(pictures) < len(latent_map):
        raise GeneratorError(
            "The pictures of this map are not kept with it, and without an encoder it is laid out by what they look "
            "like; make it anew."
        )
    if not (pictures != pictures[0]).any():
        raise GeneratorError(
            "All pictures of this map look the same, so there is nothing to lay them out by; "
            "use a checkpoint that has learned more."
        )
    return stages.features(lambda: small_pixels(pictures), f"thumbnails of {source}")
