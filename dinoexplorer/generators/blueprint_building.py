"""From a blueprint to what a reading is built to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators.blueprint import Blueprint, build_encoder, build_with_shapes
from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.generators.reading import Built

if TYPE_CHECKING:
    from torch import Tensor


def built(blueprint: Blueprint, tensors: Mapping[str, Tensor]) -> Built:
    """Decoder, encoder and the latent space. Raises `GeneratorError` where a layer does not fit."""
    decoder, shapes = build_with_shapes(blueprint, tensors)
    channels, size, _ = shapes[-1]
    encoder = build_encoder(blueprint, tensors, (channels, size, size))
    dim = blueprint.latent + blueprint.classes
    std = np.full(dim, 1.0 if blueprint.prior == "normal" else 3**-0.5, np.float32)
    classes = tuple(map(str, range(blueprint.classes)))
    names = tuple(f"z{number + 1}" for number in range(blueprint.latent)) + classes if classes else ()
    latent = LatentSpec(dim, np.zeros(dim, np.float32), std, blueprint.prior, names=names)
    return Built(decoder, latent, size, channels, encoder, classes)
