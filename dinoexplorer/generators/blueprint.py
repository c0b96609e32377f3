"""A network as rows of layers, in plain data: what can be written down, checked against tensors, and built.

The layers themselves, and how each is built, are `training.models.layers`: our own checkpoints may be such rows, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from dinoexplorer.generators.errors import GeneratorError
from training.models import layers as rows
from training.models.layers import Layer, LayersError, Mean, Values, data_of, layer_of

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Blueprint", "EncoderBlueprint", "Layer", "LayerFitError", "Mean", "Values"]


class LayerFitError(GeneratorError):
    """A layer that does not fit; ``number`` counts from 1, ``shapes`` are what the layers before it gave."""

    def __init__(self, sentence: str, number: int, shapes: tuple[tuple[int, ...], ...]) -> None:
        super().__init__(sentence)
        self.number, self.shapes = number, shapes


@dataclass(frozen=True, slots=True)
class EncoderBlueprint:
    """Layers from a picture to its code; ``mean`` says where in what they give the means are.

    ``unit`` where they take pictures in [0, 1].
    """

    layers: tuple[Layer, ...]
    mean: Mean = "alone"
    unit: bool = False


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A decoder: codes ``(n, latent)`` (and weights of ``classes`` behind them) through ``layers`` to a picture.

    The last layer gives ``(n, c, h, w)``. Where there is an ``encoder``, it takes such pictures.
    """

    latent: int
    layers: tuple[Layer, ...]
    values: Values = "tanh"
    classes: int = 0
    prior: Literal["normal", "uniform"] = "normal"
    encoder: EncoderBlueprint | None = None


def build(blueprint: Blueprint, tensors: Mapping[str, Tensor]) -> nn.Sequential:
    """The decoder in evaluation mode: ``(n, latent + classes)`` to ``(n, c, h, w)`` in [-1, 1].

    Raises
    ------
    GeneratorError
        A layer does not fit the tensors or the layer before it; the sentence names it.
    """
    return build_with_shapes(blueprint, tensors)[0]


def build_with_shapes(
    blueprint: Blueprint, tensors: Mapping[str, Tensor]
) -> tuple[nn.Sequential, list[tuple[int, ...]]]:
    """`build`, and what each layer gives for one code."""
    from torch import nn  # noqa: PLC0415

    from training.models.layer_kinds import ToSigned  # noqa: PLC0415

    modules, shapes = _built(blueprint.layers, tensors, (blueprint.latent + blueprint.classes,))
    last = shapes[-1]
    if len(last) != 3 or last[0] not in {1, 3}:
        raise LayerFitError(
            f"the last layer gives {last} and not a picture of 1 or 3 channels; end with a reshape or a convolution to"
            " 1 or 3 channels.",
            len(shapes),
            tuple(shapes),
        )
    if last[1] != last[2]:
        raise LayerFitError(
            f"the last layer gives pictures of {last[2]} x {last[1]} pixels, and only square ones can be shown; change"
            " a stride, a padding or the reshape.",
            len(shapes),
            tuple(shapes),
        )
    return nn.Sequential(*modules, ToSigned(blueprint.values)).eval(), shapes


def build_layers(
    layers: Sequence[Layer], tensors: Mapping[str, Tensor], shape: tuple[int, ...]
) -> tuple[list[nn.Module], tuple[int, ...]]:
    """The modules of ``layers`` behind something of ``shape`` (without its first axis), and the shape behind them."""
    modules, shapes = _built(layers, tensors, shape)
    return modules, shapes[-1] if shapes else shape


def build_encoder(
    blueprint: Blueprint, tensors: Mapping[str, Tensor], picture: tuple[int, int, int]
) -> nn.Module | None:
    """Pictures ``(n, c, size, size)`` in [-1, 1] to means ``(n, latent)``; None without an encoder."""
    from torch import nn  # noqa: PLC0415

    from training.models.layers_model import RowMeans  # noqa: PLC0415

    if blueprint.encoder is None:
        return None
    modules, _ = build_layers(blueprint.encoder.layers, tensors, picture)
    layers = nn.Sequential(*modules)
    return RowMeans(layers, blueprint.encoder.mean, blueprint.latent, unit=blueprint.encoder.unit).eval()


def _built(
    layers: Sequence[Layer], tensors: Mapping[str, Tensor], shape: tuple[int, ...]
) -> tuple[list[nn.Module], list[tuple[int, ...]]]:
    try:
        return rows.build_layers(layers, tensors, shape)
    except LayersError as error:
        raise LayerFitError(str(error), error.number, error.shapes) from None


def to_data(blueprint: Blueprint) -> dict[str, Any]:
    """The blueprint as what TOML and JSON can hold."""
    data: dict[str, Any] = {"latent": blueprint.latent, "values": blueprint.values, "prior": blueprint.prior}
    if blueprint.classes:
        data["classes"] = blueprint.classes
    data["layers"] = [data_of(layer) for layer in blueprint.layers]
    if (encoder := blueprint.encoder) is not None:
        layers = [data_of(layer) for layer in encoder.layers]
        data["encoder"] = {"mean": encoder.mean, "unit": encoder.unit, "layers": layers}
    return data


def from_data(data: Mapping[str, Any]) -> Blueprint:
    """The blueprint that `to_data` wrote, or a person.

    Raises
    ------
    GeneratorError
        With what is missing or wrong.
    """
    latent, values, prior = data.get("latent"), data.get("values", "tanh"), data.get("prior", "normal")
    classes = data.get("classes", 0)
    _refuse_unknown(data, {"latent", "values", "prior", "classes", "layers", "encoder"})
    if not isinstance(latent, int) or not 1 <= latent <= 2**16:
        raise GeneratorError("a description needs 'latent', the length of a code, such as latent = 100.")
    if values not in get_args(Values):
        raise GeneratorError(f"'values' is {values!r}; use one of {', '.join(get_args(Values))}.")
    if prior not in {"normal", "uniform"}:
        raise GeneratorError(f"'prior' is {prior!r}; use normal or uniform.")
    if not isinstance(classes, int) or not 0 <= classes <= 2**16:
        raise GeneratorError("'classes' is the number of classes, or 0.")
    layers = _layers(
        data.get("layers"), "a description needs 'layers', one for each layer in order, each with its 'kind'."
    )
    return Blueprint(latent, layers, values, classes, prior, _encoder(data.get("encoder")))


def _encoder(data: Any) -> EncoderBlueprint | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise GeneratorError("'encoder' is a table with 'layers', 'mean' and 'unit'.")
    _refuse_unknown(data, {"layers", "mean", "unit"})
    mean, unit = data.get("mean", "alone"), data.get("unit", False)
    if mean not in get_args(Mean):
        raise GeneratorError(f"'mean' of the encoder is {mean!r}; use one of {', '.join(get_args(Mean))}.")
    if not isinstance(unit, bool):
        raise GeneratorError("'unit' of the encoder is true where it takes pictures in [0, 1], else false.")
    return EncoderBlueprint(_layers(data.get("layers"), "the encoder needs 'layers', as the decoder does."), mean, unit)


def _layers(found: Any, otherwise: str) -> tuple[Layer, ...]:
    if not isinstance(found, Sequence) or not found or not all(isinstance(layer, Mapping) for layer in found):
        raise GeneratorError(otherwise)
    try:
        return tuple(map(layer_of, found))
    except LayersError as error:
        raise GeneratorError(str(error)) from None


def _refuse_unknown(data: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise GeneratorError(f"{unknown[0]!r} is nothing that is known here; use {', '.join(sorted(known))}.")
