"""The default networks of pythae, which the configuration in its folders names: two linear layers a side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.blueprint import Blueprint, Layer, build_layers
from dinoexplorer.generators.blueprint import build as build_decoder
from dinoexplorer.generators.class_codes import latent_with_classes
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.reading import CERTAIN, Built, Reading

if TYPE_CHECKING:
    from torch import Tensor

_DECODER = ("decoder.layers.0.0", "decoder.layers.1.0")
_ENCODER = ("encoder.layers.0.0", "encoder.embedding")
_CODEBOOK = "quantizer"


class PythaeFamily:
    """See the module's first lines. Networks of a user's own are left to the other families."""

    title = "default network of pythae"

    def readings(self, contents: Contents) -> list[Reading]:
        hints, tensors = contents.hints, _state(contents)
        shape = _shape(hints)
        named = all(f"{name}.weight" in tensors for name in _DECODER)
        if shape is None or not named or not hints.get("uses_default_decoder") or _CODEBOOK in contents.tops():
            return []
        last = tensors[f"{_DECODER[1]}.weight"]
        if shape[0] not in {1, 3} or shape[1] != shape[2] or last.shape[0] != math.prod(shape):
            return []
        blueprint = _blueprint(tensors[f"{_DECODER[0]}.weight"].shape[1], shape)
        build = partial(_built, blueprint, shape, tensors, hints)
        return [Reading("vae-fc", "as its configuration says", CERTAIN, build)]

    def missing(self, contents: Contents) -> str:
        pickled = contents.hints.get("pickled")
        if not pickled:
            return ""
        return f"its networks are its author's own, in {' and '.join(pickled)}, which would run code when loaded"


FAMILY = PythaeFamily()


def _state(contents: Contents) -> Mapping[str, Tensor]:
    return contents.below("model_state_dict").tensors or contents.tensors


def _shape(hints: Mapping[str, Any]) -> tuple[int, int, int] | None:
    stored = hints.get("input_dim")
    fits = isinstance(stored, list) and len(stored) == 3 and all(type(part) is int and part > 0 for part in stored)
    return (stored[0], stored[1], stored[2]) if fits and isinstance(stored, list) else None


def _blueprint(latent: int, shape: tuple[int, int, int]) -> Blueprint:
    relu = Layer("activation", "", {"name": "relu"})
    first, last = (Layer("linear", name) for name in _DECODER)
    return Blueprint(latent, (first, relu, last, Layer("reshape", "", {"shape": shape})), "sigmoid")


def _built(
    blueprint: Blueprint, shape: tuple[int, int, int], tensors: Mapping[str, Tensor], hints: Mapping[str, Any]
) -> Built:
    from torch import nn  # noqa: PLC0415  not before the first window

    from training.models.layers_model import RowMeans  # noqa: PLC0415

    decoder = build_decoder(blueprint, tensors)
    latent, _ = latent_with_classes(blueprint.latent, 0)
    encode = None
    if hints.get("uses_default_encoder") and all(f"{name}.weight" in tensors for name in _ENCODER):
        flat, means = Layer("linear", _ENCODER[0], {"flatten": True}), Layer("linear", _ENCODER[1])
        layers, _ = build_layers((flat, Layer("activation", "", {"name": "relu"}), means), tensors, shape)
        encode = RowMeans(nn.Sequential(*layers), "alone", blueprint.latent, unit=True).eval()
    return Built(decoder, latent, shape[1], shape[0], encode)
