"""Networks as a row of layers in plain data: what can be written down, and built from tensors.

A checkpoint of the family `layers` is such a network: one of another program that was converted. Nothing trains it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from training.config import Section
from training.errors import TrainingError

if TYPE_CHECKING:
    from torch import Tensor, nn

NAME = "layers"
Values = Literal["tanh", "sigmoid", "signed", "unit", "tanh_unit"]
"""What the last layer gives: to be put through tanh or sigmoid, or already in [-1, 1] or in [0, 1].

``tanh_unit`` is a tanh whose network learned pictures in [0, 1].
"""
Mean = Literal["alone", "first half", "interleaved", "last half"]
"""Which part of what an encoder gives are the means."""
LARGEST = 2**26
"""No layer may give more numbers than this for one code: a description must not fill the memory."""


class LayersError(TrainingError):
    """Layers that do not fit; ``number`` counts from 1, ``shapes`` are what the layers before it gave."""

    def __init__(self, sentence: str, number: int = 0, shapes: Sequence[tuple[int, ...]] = ()) -> None:
        super().__init__(sentence)
        self.number, self.shapes = number, tuple(shapes)


@dataclass(frozen=True, slots=True)
class Layer:
    """One step: its kind (see ``layer_kinds.KINDS``), the prefix of its tensors' names, and its options."""

    kind: str
    weights: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def named(self) -> str:
        """As sentences call it."""
        return f"{self.kind} {self.weights}".rstrip()


def layer_of(fields: Mapping[str, Any]) -> Layer:
    """A layer from what TOML and JSON hold. Raises `LayersError` where it has no kind."""
    kind, weights = fields.get("kind"), fields.get("weights", "")
    if not isinstance(kind, str) or not isinstance(weights, str):
        raise LayersError("each of the layers needs a 'kind', such as kind = \"linear\".")
    return Layer(kind, weights, {key: value for key, value in fields.items() if key not in {"kind", "weights"}})


def data_of(layer: Layer) -> dict[str, Any]:
    """The layer as what TOML and JSON can hold."""
    return {"kind": layer.kind, **({"weights": layer.weights} if layer.weights else {}), **layer.options}


def build_layers(
    layers: Sequence[Layer], tensors: Mapping[str, Tensor], shape: tuple[int, ...]
) -> tuple[list[nn.Module], list[tuple[int, ...]]]:
    """The modules of ``layers`` behind something of ``shape`` (without its first axis), and the shape behind each.

    Raises
    ------
    LayersError
        A layer does not fit the tensors or the layer before it; the sentence names it.
    """
    import torch  # noqa: PLC0415  not before the first window

    from training.models.layer_kinds import KINDS, LayerError  # noqa: PLC0415

    modules: list[nn.Module] = []
    shapes: list[tuple[int, ...]] = []
    here = torch.zeros(1, *shape)
    for number, layer in enumerate(layers, 1):
        where = f"layer {number} ({layer.named()})"
        if layer.kind not in KINDS:
            problem = f"{where}: there is no such kind of layer; use one of {', '.join(sorted(KINDS))}."
            raise LayersError(problem, number, shapes)
        try:
            module = KINDS[layer.kind](_own(layer, tensors), layer.options, tuple(here.shape[1:])).eval()
            modules.append(module.requires_grad_(requires_grad=False))
            with torch.inference_mode():
                here = modules[-1](here)
        except LayerError as error:
            raise LayersError(f"{where}: {error}", number, shapes) from None
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            cause = str(error).partition("\n")[0]
            problem = f"{where} does not fit {tuple(here.shape[1:])} before it: {cause}"
            raise LayersError(problem, number, shapes) from None
        if math.prod(here.shape) > LARGEST:
            problem = f"{where} would give {math.prod(here.shape):,} numbers for one picture; make it smaller."
            raise LayersError(problem, number, shapes)
        shapes.append(tuple(here.shape[1:]))
    return modules, shapes


def _own(layer: Layer, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{layer.weights}."
    inside = tensors.items() if layer.weights else ()
    return {key.removeprefix(start): value for key, value in inside if key.startswith(start)}


def means_of(found: Tensor, mean: Mean, latent: int) -> Tensor:
    """The means ``(n, latent)`` in what the head of an encoder gives."""
    flat = found.flatten(1)
    if mean == "interleaved":
        return flat[:, 0::2]
    return flat[:, latent:] if mean == "last half" else flat[:, :latent]


class StoredRow(Section):
    """A row of layers in the header of a checkpoint; ``shapes`` are those of the tensors of each layer, by name."""

    layers: list[dict[str, Any]] = Field(min_length=1, max_length=1000)
    shapes: list[dict[str, list[int]]]


class StoredEncoder(StoredRow):
    """The layers from a picture to its code."""

    mean: Mean = "alone"
    unit: bool = False


class StoredLayers(Section):
    """``config["model"]`` of a checkpoint of this family."""

    values: Values
    decoder: StoredRow
    encoder: StoredEncoder | None = None


def stored_row(layers: Sequence[Layer], modules: Sequence[nn.Module]) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What the header says of layers that were built, as `StoredRow` takes it, and their tensors as torch has them.

    Weights that were computed from others, or turned, are there as the layers use them. A layer's tensors lie under its
    number.
    """
    data: list[dict[str, Any]] = []
    shapes: list[dict[str, list[int]]] = []
    tensors: dict[str, Tensor] = {}
    for number, (layer, module) in enumerate(zip(layers, modules, strict=True)):
        own = module.state_dict()
        tensors |= {f"{number}.{name}": tensor for name, tensor in own.items()}
        shapes.append({name.rpartition(".")[2]: list(tensor.shape) for name, tensor in own.items()})
        data.append(data_of(Layer(layer.kind, str(number) if own else "", layer.options)))
    return {"layers": data, "shapes": shapes}, tensors


def build_stored(config: Mapping[str, Any], classes: int) -> nn.Module:
    """The module that a checkpoint of this family describes, with the shapes of its weights and not their values.

    Raises
    ------
    pydantic.ValidationError, LayersError
        The configuration is not one of this family, or contradicts itself.
    """
    from training.models.layers_model import LayersModel  # noqa: PLC0415  imports torch

    stored = StoredLayers.model_validate(config["model"])
    latent, image = int(config["latent"]["dim"]), config["image"]
    return LayersModel(stored, latent, classes, (int(image["channels"]), int(image["size"]), int(image["size"])))
