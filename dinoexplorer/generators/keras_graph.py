"""The networks that a description of Keras holds, each as a single row of layers from a code to a picture or back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.keras_names import is_model, layer_name, layers_of, parts_of

_DEEPEST = 8
_MERGES = ("Multiply", "Concatenate")
_BETWEEN_EMBEDDING = ("Flatten", "Reshape")


@dataclass(frozen=True, slots=True)
class KerasLayer:
    """One layer: its class, the prefix of its arrays, and its configuration."""

    kind: str
    name: str
    config: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.name!r} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Network:
    """A row of layers. ``shape`` is of what goes in, channels last, None where the description leaves it open."""

    name: str
    shape: tuple[int, ...] | None
    layers: tuple[KerasLayer, ...]


@dataclass(frozen=True, slots=True)
class _Node:
    layer: Mapping[str, Any]
    before: tuple[str, ...]

    @property
    def kind(self) -> str:
        return str(self.layer.get("class_name"))


def models_of(config: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every model in a description, with the prefix of its arrays ("decoder."): the whole, and those in it."""
    if depth > _DEEPEST:
        return
    if is_model(config):
        yield prefix, config
        for layer in layers_of(config):
            if is_model(layer):
                yield from models_of(layer, f"{prefix}{layer_name(layer)}.", depth + 1)
    for key, part in parts_of(config):
        yield from models_of(part, f"{prefix}{key}.", depth + 1)


def network(model: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Network:
    """A model as a row of layers, models within it in their places.

    Where branches meet in a layer of the program's own (the sampling of a VAE), the first is followed: the means.

    Raises
    ------
    GeneratorError
        It is no single row; half a sentence names the layer where branches meet.
    """
    if depth > _DEEPEST:
        raise GeneratorError("its models are nested too deeply")
    name = prefix.rstrip(".") or layer_name(model)
    if model.get("class_name") == "Sequential":
        stations = [(layer, prefix) for layer in layers_of(model)]
    else:
        stations = list(reversed(list(_backwards(model, prefix))))
    layers: list[KerasLayer] = []
    shape: tuple[int, ...] | None = None
    for layer, place in stations:
        if is_model(layer):
            inner = network(layer, f"{place}{layer_name(layer)}.", depth + 1)
            layers += inner.layers
            shape = shape or (inner.shape if len(layers) == len(inner.layers) else None)
        else:
            shape = shape or (_given(layer) if not layers else None)
            layers.append(KerasLayer(str(layer.get("class_name")), f"{place}{layer_name(layer)}", layer["config"]))
    return Network(name, shape, tuple(layer for layer in layers if layer.kind != "InputLayer"))


def _given(layer: Mapping[str, Any]) -> tuple[int, ...] | None:
    """What goes into a first layer, without the axis of the batch."""
    config = layer["config"]
    built = layer.get("build_config")
    found = config.get("batch_shape") or config.get("batch_input_shape") or _of_input(config.get("input_dim"))
    if not found and isinstance(built, Mapping):
        found = built.get("input_shape")
    if not isinstance(found, list | tuple) or not all(isinstance(side, int) for side in found[1:]):
        return None
    return tuple(found[1:]) or None


def _of_input(dim: object) -> list[Any] | None:
    return [None, dim] if isinstance(dim, int) else None


def _backwards(model: Mapping[str, Any], prefix: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """From the first output to the input."""
    nodes = {layer_name(layer): _Node(layer, _inbound(layer)) for layer in layers_of(model)}
    config = model["config"]
    outputs = list(_references(config.get("output_layers"))) if isinstance(config, Mapping) else []
    here = outputs[0] if outputs else ""
    for _ in range(len(nodes)):
        node = nodes.get(here)
        if node is None:
            raise GeneratorError(f"its layer {here!r} is not described")
        if node.kind in _MERGES and (found := _condition(nodes, node)) is not None:
            yield found, prefix
            return
        if len(node.before) > 1 and node.kind in _BUILT_IN_MERGES:
            raise GeneratorError(f"branches meet in its layer {here!r} ({node.kind})")
        if len(node.before) < 2:  # else a layer of the program's own, which chooses
            yield node.layer, prefix
        if not node.before:
            return
        here = node.before[0]
    raise GeneratorError("its layers run in a circle")


_BUILT_IN_MERGES = (*_MERGES, "Add", "Subtract", "Average", "Maximum", "Minimum", "Dot", "Attention")


def _condition(nodes: Mapping[str, _Node], node: _Node) -> Mapping[str, Any] | None:
    """A code that meets an embedded class, as one layer; None where something else meets."""
    if len(node.before) != 2:
        return None
    tables = [_embedding(nodes, name) for name in node.before]
    number = 0 if tables[0] is not None else 1
    table, other = tables[number], nodes.get(node.before[1 - number])
    if table is None or other is None or other.kind != "InputLayer":
        return None
    how = "multiply" if node.kind == "Multiply" else ("before", "after")[number]
    config = {**table["config"], "how": how, "batch_shape": [None, *(_given(other.layer) or ())]}
    return {"class_name": "Condition", "config": config}


def _embedding(nodes: Mapping[str, _Node], name: str) -> Mapping[str, Any] | None:
    """The table that a branch takes classes from."""
    for _ in range(_DEEPEST):
        node = nodes.get(name)
        if node is None or len(node.before) != 1:
            return None
        if node.kind == "Embedding":
            return node.layer if (source := nodes.get(node.before[0])) and source.kind == "InputLayer" else None
        if node.kind not in _BETWEEN_EMBEDDING:
            return None
        name = node.before[0]
    return None


def _inbound(layer: Mapping[str, Any]) -> tuple[str, ...]:
    """The layers that a layer takes from, of the first time it is used."""
    nodes = layer.get("inbound_nodes")
    first = nodes[0] if isinstance(nodes, list) and nodes else None
    return tuple(_references(first))


def _references(data: object, depth: int = 0) -> Iterator[str]:
    """Names of layers in references: ["dense", 0, 0] of Keras 2, {"keras_history": ["dense", 0, 0]} of Keras 3."""
    if depth > _DEEPEST:
        return
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in {"args", "config", "keras_history"}:
                yield from _references(value, depth + 1)
    elif isinstance(data, list):
        if len(data) >= 3 and isinstance(data[0], str) and isinstance(data[1], int):
            yield data[0]
            return
        for part in data:
            yield from _references(part, depth + 1)
