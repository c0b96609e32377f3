"""What files of weights alone still say of layers without weights, when Keras or TensorFlow wrote them.

A file of Keras 3 has an empty group for every activation that is a layer, and TensorFlow numbers all layers. So it is
known where activations stood, and mostly which; their options are not stored, and most programs leave Keras's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dinoexplorer.generators.chain import Course
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.rows import Row

Activation = tuple[str, Mapping[str, Any]]
Mentioned = tuple[str, str]
"""The name of a layer and its kind as Keras writes it, empty where the file does not tell it."""

_NAMED: Mapping[str, str] = {"leaky_re_lu": "leaky_relu", "re_lu": "relu", "elu": "elu"}
_KINDS: Mapping[str, str] = {"conv2d_transpose": "conv_transpose", "conv2d": "conv", "dense": "linear"}
_DEFAULT_SLOPE = 0.3


def keras_layers(contents: Contents) -> list[Mentioned]:
    """All layers that a file mentions, in order; empty where another program wrote it."""
    return [(str(name), str(kind)) for name, kind in contents.hints.get("keras.layers", ())]


def likely(choices: Sequence[Activation], rows: Sequence[Row], mentioned: Sequence[Mentioned]) -> list[Activation]:
    """The activations that may stand between ``rows``, the most likely first.

    One that the file names is the only one. Where a layer without weights stands between transposed convolutions, it
    is most likely Keras's `LeakyReLU` with its own slope: a ReLU is mostly written into the convolution.
    """
    nearby = _beside(rows, mentioned)
    named = [_NAMED[kind] for _, kind in nearby if kind in _NAMED]
    if named:
        found = [choice for choice in choices if choice[0] == named[0]]
        return sorted(found, key=lambda choice: choice[1].get("slope") != _DEFAULT_SLOPE)
    if _apart(rows, nearby):
        return sorted(choices, key=lambda choice: choice[1].get("slope") != _DEFAULT_SLOPE)
    return list(choices)


def agreeing(ways: Sequence[Course], mentioned: Sequence[Mentioned]) -> list[Course]:
    """The ways whose convolutions are of the kinds, and as often enlarged, as the file mentions; all if none is."""
    kinds = {name: _KINDS[kind] for name, kind in mentioned if kind in _KINDS}
    enlarged = {name.rpartition(".")[0]: 0 for name, _ in mentioned}
    for name, kind in mentioned:
        enlarged[name.rpartition(".")[0]] += kind == "up_sampling2d"
    found = [
        way for way in ways
        if all(kinds.get(layer.weights, layer.kind) == layer.kind for layer in way.layers)
        and (not kinds or _enlargements(way) == enlarged.get(_parent(way), 0))
    ]  # fmt: skip
    return found or list(ways)


def _parent(way: Course) -> str:
    return next((layer.weights.rpartition(".")[0] for layer in way.layers if layer.weights), "")


def _enlargements(way: Course) -> int:
    return sum(layer.kind == "upsample" for layer in way.layers)


def _beside(rows: Sequence[Row], mentioned: Sequence[Mentioned]) -> list[Mentioned]:
    """The layers of the same part of the file."""
    parents = {row.name.rpartition(".")[0] for row in rows}
    return [layer for layer in mentioned if layer[0].rpartition(".")[0] in parents]


def _apart(rows: Sequence[Row], mentioned: Sequence[Mentioned]) -> bool:
    """Whether between any two convolutions, of which the first doubles the side, stands a layer without weights."""
    places = {name: place for place, (name, _) in enumerate(mentioned)}
    spatial = [row for row in rows if row.kind == "spatial"]
    pairs = [(one, two) for one, two in pairwise(spatial) if one.shape[-1] % 2 == 0]
    known = [places[two.name] - places[one.name] for one, two in pairs if one.name in places and two.name in places]
    return bool(known) and all(distance > 1 for distance in known)
