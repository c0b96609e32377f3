"""From a blueprint to what a reading is built to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dinoexplorer.generators.blueprint import Blueprint, build_encoder, build_with_shapes
from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.reading import Built

if TYPE_CHECKING:
    from torch import Tensor


def built(blueprint: Blueprint, tensors: Mapping[str, Tensor]) -> Built:
    """Decoder, encoder and the latent space. Raises `GeneratorError` where a layer does not fit."""
    decoder, shapes = build_with_shapes(blueprint, tensors)
    channels, size, _ = shapes[-1]
    encoder = build_encoder(blueprint, tensors, (channels, size, size))
    latent, classes = latent_with_classes(blueprint.latent, blueprint.classes, blueprint.prior)
    return Built(decoder, latent, size, channels, encoder, classes)
