"""A network that nobody knows, described by a person: the text to begin with, from what the tensors allow."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.families.plain import BEST_FIRST
from dinoexplorer.generators.rows import Row, rows_of

_ABOUT = """\
# How {name} is built, layer by layer.
# weights: what the names of a layer's tensors begin with.
# kind: linear, conv, conv_transpose, batch_norm, instance_norm, group_norm, layer_norm,
#   pixel_norm, prelu, upsample, pixel_shuffle, reshape, flatten, condition, activation
#   (name: relu, leaky_relu, elu, selu, gelu, silu, softplus, tanh, sigmoid).
# values: what the last layer gives: tanh or sigmoid (still to be applied),
#   signed (it is in [-1, 1] already), unit (in [0, 1]).
"""
_MOST_UNUSED = 60


def described(contents: Contents, data: Mapping[str, Any] | None = None) -> str:
    """The description as TOML: of ``data`` (see `blueprint.to_data`), or else what the layers in their order suggest.

    The tensors that no layer of it takes stand below it as comments, with their shapes.
    """
    data = data or _suggested(contents)
    lines = [_ABOUT.format(name=contents.path.name)]
    lines += [f"{key} = {_written(data[key])}\n" for key in ("latent", "values", "prior", "classes") if key in data]
    lines += ["\n", _layers(data["layers"])]
    encoder = data.get("encoder")
    if encoder:
        lines += ["\n[encoder]\n", f"mean = {_written(encoder['mean'])}\n", f"unit = {_written(encoder['unit'])}\n"]
        lines.append(_layers(encoder["layers"]))
    used = {layer.get("weights", "") for part in (data, encoder or {}) for layer in part.get("layers", ())}
    lines += _unused(contents, used - {""})
    return "".join(lines)


def _layers(layers: Sequence[Mapping[str, Any]]) -> str:
    return "".join(["layers = [\n", *(f"  {_written(layer)},\n" for layer in layers), "]\n"])


def _unused(contents: Contents, used: set[str]) -> Iterator[str]:
    left = {name: tensor for name, tensor in contents.tensors.items()
            if not any(name.startswith(f"{prefix}.") for prefix in used)}  # fmt: skip
    if left:
        yield "\n# Tensors that no layer takes:\n"
    for name, tensor in list(left.items())[:_MOST_UNUSED]:
        shape = " x ".join(map(str, tensor.shape)) or "one number"
        yield f"#   {json.dumps(name, ensure_ascii=False)[1:-1]}  {shape}\n"
    if len(left) > _MOST_UNUSED:
        yield f"#   and {len(left) - _MOST_UNUSED} more\n"


def _written(value: Any) -> str:
    """A value as TOML, a table on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_written(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else repr(value)


@dataclass(slots=True)
class _Here:
    """Where the suggestion stands: features, or maps of ``side``."""

    channels: int
    side: int = 0
    begun: bool = False  # a layer with weights was written


def _suggested(contents: Contents) -> dict[str, Any]:
    """The layers with tensors in the order of the file, and between them what usually stands there."""
    rows = [row for row in _decoder_rows(contents) if row.kind not in {"other", "embedding"}]
    first = next((row for row in rows if row.kind in {"linear", "spatial"}), None)
    latent = 100 if first is None else first.shape[1] if first.kind == "linear" else first.shape[0]
    here, layers = _Here(latent), list[dict[str, Any]]()
    for row in rows:
        if row.kind in {"linear", "spatial"}:
            if here.begun:
                layers.append({"kind": "activation", "name": "relu"})
            layers += _linear(here, row) if row.kind == "linear" else _spatial(here, row)
            here.begun = True
        else:
            if here.channels != row.shape[0] and not here.side and row.kind == "batch_norm":
                layers += _as_maps(here, row.shape[0])
            layers.append({"kind": _kind(here, row), "weights": row.name})
    for channels in (1, 3):
        side = math.isqrt(here.channels // channels)
        if not here.side and side * side * channels == here.channels:
            layers.append({"kind": "reshape", "shape": [channels, side, side]})
            break
    return {"latent": latent, "values": "tanh", "prior": "normal", "layers": layers or [{"kind": "flatten"}]}


def _decoder_rows(contents: Contents) -> list[Row]:
    """Those of the part that is called a generator or decoder; all where none is."""
    rows = rows_of(contents.tensors)
    for top in BEST_FIRST:
        inside = [row for row in rows if row.name == top or row.name.startswith(f"{top}.")]
        if inside:
            return inside
    return rows


def _kind(here: _Here, row: Row) -> str:
    if row.kind in {"batch_norm", "prelu"}:
        return row.kind
    return "instance_norm" if here.side else "layer_norm"


def _linear(here: _Here, row: Row) -> list[dict[str, Any]]:
    flatten = {"flatten": True} if here.side else {}
    here.channels, here.side = row.shape[0], 0
    return [{"kind": "linear", "weights": row.name, **flatten}]


def _spatial(here: _Here, row: Row) -> list[dict[str, Any]]:
    first, second, size = row.shape[0], row.shape[1], row.shape[-1]
    even = size % 2 == 0
    if not here.begun:
        transposed = True  # a code of one pixel
    elif here.side and first != second:
        transposed = first == here.channels or (second != here.channels and even)
    else:
        transposed = even
    given, out = (first, second) if transposed else (second, first)
    layers = [] if here.side else _as_maps(here, given)
    here.channels = out
    if not transposed:
        return [*layers, {"kind": "conv", "weights": row.name, "padding": size // 2}]
    if here.side == 1 and size > 1:
        here.side = size
        return [*layers, {"kind": "conv_transpose", "weights": row.name, "stride": 1, "padding": 0}]
    here.side *= 2
    return [*layers, {"kind": "conv_transpose", "weights": row.name, "stride": 2, "padding": max((size - 1) // 2, 0)}]


def _as_maps(here: _Here, channels: int) -> list[dict[str, Any]]:
    """Features as square maps of so many channels."""
    here.side = max(math.isqrt(here.channels // channels), 1)
    here.channels = channels
    return [{"kind": "reshape", "shape": [channels, here.side, here.side]}]
