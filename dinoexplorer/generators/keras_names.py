"""Names that Keras gives: to layers in its files, and to the arrays of each kind of layer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

MODELS = frozenset({"Sequential", "Functional", "Model"})
_NORMALISATIONS = frozenset({"layer_normalization", "group_normalization"})


def is_model(data: object) -> bool:
    """Whether plain data describe a network that Keras can rebuild without code: a row of layers or a graph of them."""
    return isinstance(data, Mapping) and data.get("class_name") in MODELS and "config" in data


def layers_of(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The layers of a model; before Keras 2.2.3 the configuration of a `Sequential` was their list."""
    config = model.get("config")
    found = config.get("layers", ()) if isinstance(config, Mapping) else config
    return [layer for layer in found or () if isinstance(layer, Mapping) and isinstance(layer.get("config"), Mapping)]


def layer_name(layer: Mapping[str, Any]) -> str:
    """What the program called a layer."""
    return str(layer["config"].get("name") or layer.get("name") or snake(str(layer.get("class_name"))))


def parts_of(model: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The models that a model of its own class was made of, by the names of its arguments."""
    config = model.get("config")
    if not isinstance(config, Mapping) or is_model(model):
        return []
    return [(str(key), value) for key, value in config.items() if is_model(value)]


def stored_layers(model: Mapping[str, Any]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Groups in a file of Keras 3, such as ``layers/dense_1``, to dotted names of layers and what describes them.

    In the file a layer is called after its class and counted, whatever the program called it.
    """
    found = dict(_stored(model, "", "")) if is_model(model) else {}
    for key, part in parts_of(model):
        found |= dict(_stored(part, f"{key}/", f"{key}."))
    return found


def _stored(model: Mapping[str, Any], group: str, prefix: str) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    seen: Counter[str] = Counter()
    for layer in layers_of(model):
        kind = snake(str(layer.get("class_name")))
        place = f"{group}layers/{kind}{f'_{seen[kind]}' if seen[kind] else ''}"
        seen[kind] += 1
        name = f"{prefix}{layer_name(layer)}"
        yield place, (name, layer)
        if is_model(layer):
            yield from _stored(layer, f"{place}/", f"{name}.")


def snake(name: str) -> str:
    """``Conv2DTranspose`` as Keras writes it in files: ``conv2d_transpose``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def kind_of(stored: str) -> str:
    """The class in the name of a layer that Keras named: ``leaky_re_lu`` of ``leaky_re_lu_3``."""
    return re.sub(r"_\d+$", "", stored)


def array_names(kind: str, count: int, config: Mapping[str, Any] | None) -> list[str]:
    """What the arrays of a layer of Keras 3 are, in the order in which they are stored without names."""
    if kind == "batch_normalization":
        scaled = count > 3 if config is None else bool(config.get("scale", True))
        centred = count > 2 if config is None else bool(config.get("center", True))
        return ["gamma"] * scaled + ["beta"] * centred + ["moving_mean", "moving_variance"]
    if kind in _NORMALISATIONS:
        return ["weight", "bias"]
    if kind in {"p_re_lu", "embedding"}:
        return ["weight"]
    return ["kernel", "bias"]


def array_name(stored: str, siblings: frozenset[str]) -> str:
    """What an array of Keras 2 is, by its name there and the names beside it."""
    if "moving_mean" in siblings:
        return stored
    return {"gamma": "weight", "beta": "bias", "alpha": "weight", "embeddings": "weight"}.get(stored, stored)
