"""Models of Keras that describe themselves: every layer, border and activation is read from the description.

Files of weights alone are read by `plain`, which takes what they still say of their layers from
`dinoexplorer.generators.keras_traces`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.blueprint import Blueprint, EncoderBlueprint, Layer, Mean, Values, build, to_data
from dinoexplorer.generators.blueprint_building import built
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.keras_graph import Network, models_of, network
from dinoexplorer.generators.keras_layers import Shape, translated
from dinoexplorer.generators.reading import CERTAIN, Reading

if TYPE_CHECKING:
    from torch import Tensor

_LESS_LIKELY = 0.9
_DECODERS = ("decoder", "generator", "gen")
_CODES = 16
_SPOKEN: Mapping[str, str] = {
    "tanh": "tanh", "tanh_unit": "tanh, learned in [0, 1]", "sigmoid": "sigmoid", "unit": "in [0, 1]",
    "signed": "in [-1, 1]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """A network within the file, as layers of a blueprint: from ``given`` to ``gives``, channels last."""

    name: str
    given: Shape
    gives: Shape
    layers: tuple[Layer, ...]


class KerasFamily:
    """See the module's first lines."""

    title = "a model that Keras describes"

    def readings(self, contents: Contents) -> list[Reading]:
        """One reading for each decoder in the description.

        Raises
        ------
        GeneratorError
            Keras describes the file, so no guess is needed, but a layer is not to be had here; the sentence names it.
        """
        config = contents.hints.get("keras.config")
        if not isinstance(config, Mapping) or not config:
            return []
        parts, causes = _parts(config, contents.tensors)
        decoders = sorted(filter(_decodes, parts), key=_named_so)
        if not decoders:
            raise GeneratorError(_refusal(contents, causes, parts))
        scores = [CERTAIN, *[_LESS_LIKELY] * (len(decoders) - 1)]
        try:
            return [
                _reading(decoder, _encoder(decoder, parts), contents.tensors, score)
                for decoder, score in zip(decoders, scores, strict=True)
            ]
        except GeneratorError as error:
            raise GeneratorError(_refusal(contents, [str(error).rstrip(".")], parts)) from None

    def missing(self, contents: Contents) -> str:  # noqa: ARG002  what Keras describes is read, or refused by name
        return ""


FAMILY = KerasFamily()


def _parts(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> tuple[list[_Part], list[str]]:
    """What can be read of the models in a description, and why the others cannot."""
    parts, causes = [], []
    for prefix, model in models_of(config):
        try:
            found = network(model, prefix)
            given = found.shape or _first_width(found, tensors)
            _check_widths(found, tensors)
            layers, gives = translated(found.layers, given)
            parts.append(_Part(found.name, given, gives, tuple(_with_arrays(layer, tensors) for layer in layers)))
        except GeneratorError as error:
            causes.append(str(error))
    return parts, causes


def _first_width(found: Network, tensors: Mapping[str, Tensor]) -> Shape:
    """What goes in, from the first matrix, where the description leaves it open."""
    first = next((layer for layer in found.layers if f"{layer.name}.kernel" in tensors), None)
    if first is None or first.kind != "Dense":
        raise GeneratorError("it does not say what goes into it")
    return (tensors[f"{first.name}.kernel"].shape[0],)


def _check_widths(found: Network, tensors: Mapping[str, Tensor]) -> None:
    """Refuse a description that says other widths than the arrays have."""
    for layer in found.layers:
        kernel = tensors.get(f"{layer.name}.kernel")
        said = layer.config.get("units", layer.config.get("filters"))
        if kernel is not None and said is not None and said != kernel.shape[-2 if "Transpose" in layer.kind else -1]:
            raise GeneratorError(f"its layer {layer} should have {said} outputs and has weights for others")


def _with_arrays(layer: Layer, tensors: Mapping[str, Tensor]) -> Layer:
    """The layer with the prefix that its arrays have in the file: older files leave the outer models out."""
    if not layer.weights:
        return layer
    prefixes = {name.rpartition(".")[0] for name in tensors}
    last = layer.weights.rpartition(".")[2]
    near = [layer.weights] if layer.weights in prefixes else [one for one in prefixes if one.rpartition(".")[2] == last]
    if len(near) != 1:
        raise GeneratorError(f"the weights of its layer {last!r} are not in the file")
    return replace(layer, weights=near[0])


def _picture(shape: Shape) -> Shape | None:
    """Height, width and channels of what a network gives; None where it is no picture."""
    if len(shape) == 1:
        for channels in (1, 3):
            side = math.isqrt(shape[0] // channels)
            if side >= 8 and side * side * channels == shape[0]:
                return side, side, channels
    if len(shape) == 3 and shape[0] == shape[1] >= 8 and shape[2] in {1, 3}:
        return shape
    return None


def _decodes(part: _Part) -> bool:
    """Whether it makes pictures of codes: what goes in is flat, and less than what comes out."""
    flat = len(part.given) == 1 or part.given[:-1] == (1, 1)
    return flat and _picture(part.gives) is not None and math.prod(part.given) < math.prod(part.gives)


def _named_so(part: _Part) -> int:
    return 0 if any(name in part.name.lower() for name in _DECODERS) else 1


def _encoder(decoder: _Part, parts: Sequence[_Part]) -> _Part | None:
    """The part that takes the decoder's pictures and gives its codes, or means and variances behind each other."""
    picture = _picture(decoder.gives)
    latent = _latent(decoder)[0]
    for part in parts:
        if part.given in {picture, (math.prod(decoder.gives),)} and part.gives in {(latent,), (2 * latent,)}:
            return part
    return None


def _latent(decoder: _Part) -> tuple[int, int]:
    """Numbers of a code, and classes beside them."""
    first = decoder.layers[0]
    return math.prod(decoder.given), int(first.options["classes"]) if first.kind == "condition" else 0


def _reading(decoder: _Part, encoder: _Part | None, tensors: Mapping[str, Tensor], score: float) -> Reading:
    layers = list(decoder.layers)
    if len(decoder.given) == 3:
        layers.insert(0, Layer("reshape", "", {"shape": [decoder.given[2], 1, 1]}))
    if len(decoder.gives) == 1:
        height, width, channels = _picture(decoder.gives) or (0, 0, 0)
        layers.append(Layer("reshape", "", {"shape": [channels, height, width], "channels_last": True}))
    layers, last = _without_last_activation(layers)
    blueprint = Blueprint(_latent(decoder)[0], tuple(layers), "tanh", _latent(decoder)[1])
    blueprint = replace(blueprint, values=_values(last, blueprint, tensors))
    title = _SPOKEN[blueprint.values]
    if encoder is not None:
        blueprint = replace(blueprint, encoder=_encoder_blueprint(encoder, blueprint))
    return Reading(_family(decoder, encoder), title, score, partial(built, blueprint, tensors), to_data(blueprint))


def _without_last_activation(layers: Sequence[Layer]) -> tuple[list[Layer], str]:
    """The layers without the activation that gives the range of the pictures, and its name.

    Behind it may stand what only moves numbers.
    """
    for place in range(len(layers) - 1, -1, -1):
        layer = layers[place]
        if layer.kind == "activation" and layer.options["name"] in {"tanh", "sigmoid"}:
            return [*layers[:place], *layers[place + 1 :]], str(layer.options["name"])
        if layer.kind not in {"reshape", "flatten"}:
            break
    return list(layers), ""


def _values(last: str, blueprint: Blueprint, tensors: Mapping[str, Tensor]) -> Values:
    """The range of the pictures: by the last activation, and by looking at some where that leaves it open.

    A network that ends in a tanh and yet learned pictures in [0, 1] hardly ever goes below 0. One without a last
    activation gives pictures, or, far beyond 1, what a sigmoid in the loss was to be put on.
    """
    import torch  # noqa: PLC0415  not before the first window

    from dinoexplorer.generators.witness import codes_for  # noqa: PLC0415  imports torch

    if last == "sigmoid":
        return "sigmoid"
    with torch.inference_mode():
        raw = build(blueprint, tensors)[:-1](codes_for(blueprint, _CODES))
    above_zero = float((raw < -0.1).float().mean()) < 0.02
    if last == "tanh":
        return "tanh_unit" if above_zero else "tanh"
    if float((raw.abs() > 1.5).float().mean()) > 0.05:
        return "sigmoid"
    return "unit" if above_zero else "signed"


def _encoder_blueprint(encoder: _Part, blueprint: Blueprint) -> EncoderBlueprint:
    flat = [Layer("flatten", "", {"channels_last": True})] if len(encoder.given) == 1 else []
    unit = blueprint.values in {"sigmoid", "unit", "tanh_unit"}
    mean: Mean = "alone" if encoder.gives == (blueprint.latent,) else "first half"
    return EncoderBlueprint((*flat, *encoder.layers), mean, unit)


def _family(decoder: _Part, encoder: _Part | None) -> str:
    kinds = {layer.kind for layer in decoder.layers}
    spatial = bool(kinds & {"conv", "conv_transpose"})
    if encoder is not None or "decoder" in decoder.name.lower():
        return "vae" if spatial else "vae-fc"
    if not spatial:
        return "gan-fc"
    return "dcgan" if "conv_transpose" in kinds else "resizing-gan"


def _refusal(contents: Contents, causes: Sequence[str], parts: Sequence[_Part]) -> str:
    if causes:
        return (
            f"{contents.path.name} is a model of Keras that does not open, since {causes[0]};"
            " convert it to ONNX, or save the decoder alone."
        )
    given = f"{_sides(parts[0].given)} to {_sides(parts[0].gives)} numbers" if parts else "nothing that it describes"
    return (
        f"{contents.path.name} is a model of Keras that makes no pictures of codes (it takes {given});"
        " open the decoder or the generator that belongs to it."
    )


def _sides(shape: Shape) -> str:
    return "x".join(map(str, shape))
