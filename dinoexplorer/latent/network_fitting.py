"""Fitting the network of the way back: from the places of a map to their codes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.network import Network

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 1500
_HIDDEN = 256
_BATCH = 256
_GAIN = 2.0  # of the first layer: finer structure, at the same smoothness
_RATE = 3e-3
_DECAY = 1e-3
_HELD_OUT = 1000  # points at most, a tenth of them all
_TOLD_EVERY = 25
_MANY = 2048  # numbers of a code, among which those that are always the same are sought and fitted once


def fit_network(
    xy: FloatArray,
    codes: FloatArray,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    steps: int = STEPS,
) -> tuple[Network, float]:
    """Fit a network 2-256-256-dim to places ``(n, 2)`` and codes ``(n, dim)`` by least squares.

    A tenth of the points is held out; the second value is the share of their variance that the network explains, from
    1 down to 0 (where the map knows no more than the mean). Adam with a cosine schedule, about ten seconds. Numbers
    that are the same in all codes come out exactly.
    """
    import torch  # noqa: PLC0415  the window has to paint before torch is loaded

    if codes.shape[1] > _MANY and len(kinds := _kinds(codes)) < codes.shape[1]:
        return _repeated(fit_network(xy, codes[:, [places[0] for places in kinds]], seed, progress, steps), kinds)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(xy))
    held, kept = np.split(order, [min(len(xy) // 10, _HELD_OUT)])
    mean, spread = codes.mean(axis=0), np.maximum(codes.std(axis=0), 1e-6)
    centre, scale = xy.mean(axis=0), max(float(xy.std()), 1e-6)
    inputs = torch.from_numpy(np.ascontiguousarray((xy[kept] - centre) / scale, np.float32))
    # One scale for all dimensions, so that those that matter most are fitted best.
    level = float(np.sqrt((spread.astype(np.float64) ** 2).mean()))
    targets = torch.from_numpy(np.ascontiguousarray((codes[kept] - mean) / level, np.float32))
    layers = _first_layers(codes.shape[1], rng)
    _descend(layers, inputs, targets, rng, steps=steps, progress=progress)
    weights = [tensor.detach().numpy().astype(np.float64) for layer in layers for tensor in layer]
    # The scales of both ends become part of the first and the last layer.
    weights[1] = weights[1] - weights[0] @ centre / scale
    weights[0] = weights[0] / scale
    weights[-2], weights[-1] = weights[-2] * level, weights[-1] * level + mean
    still = (codes == codes[0]).all(axis=0)
    weights[-2][still], weights[-1][still] = 0, codes[0][still]
    single = [array.astype(np.float32) for array in weights]
    pairs = tuple(zip(single[::2], single[1::2], strict=True))
    network = Network(pairs, xy.min(axis=0).astype(np.float32), xy.max(axis=0).astype(np.float32))
    judged = held if len(held) >= 4 else order
    return network, _explained(network(xy[judged]), codes[judged], mean)


def _descend(
    layers: list[tuple[Tensor, Tensor]],
    inputs: Tensor,
    targets: Tensor,
    rng: np.random.Generator,
    *,
    steps: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Move the layers towards the least squares of ``inputs (n, 2)`` and ``targets (n, dim)``."""
    import torch  # noqa: PLC0415

    optimizer = torch.optim.AdamW([tensor for layer in layers for tensor in layer], lr=_RATE, weight_decay=_DECAY)
    batch = min(_BATCH, len(inputs))
    with torch.enable_grad():
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = _RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
            chosen = torch.from_numpy(rng.integers(0, len(inputs), batch))
            loss = (_run(layers, inputs[chosen]) - targets[chosen]).square().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            if progress is not None and (step + 1) % _TOLD_EVERY == 0:
                progress(step + 1, steps)


def _kinds(codes: FloatArray) -> list[list[int]]:
    """The columns of codes ``(n, dim)``, those that are equal throughout together: a w that all layers have."""
    kinds: dict[bytes, list[int]] = {}
    for place, column in enumerate(np.ascontiguousarray(codes.T)):
        kinds.setdefault(column.tobytes(), []).append(place)
    return list(kinds.values())


def _repeated(fitted: tuple[Network, float], kinds: list[list[int]]) -> tuple[Network, float]:
    """The network whose numbers are given out in all places of their kind."""
    network, explained = fitted
    source = np.empty(sum(map(len, kinds)), np.intp)
    for number, places in enumerate(kinds):
        source[places] = number
    weight, bias = network.layers[-1]
    return Network((*network.layers[:-1], (weight[source], bias[source])), network.low, network.high), explained


def _first_layers(dim: int, rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    import torch  # noqa: PLC0415

    layers = []
    for out, into in ((_HIDDEN, 2), (_HIDDEN, _HIDDEN), (dim, _HIDDEN)):
        weight = rng.standard_normal((out, into)) * math.sqrt(2 / into) * (_GAIN if into == 2 else 1.0)
        bias = rng.uniform(-1, 1, out) * (into == 2) * 2 * _GAIN  # spreads the bends of the first layer over the map
        pair = [torch.tensor(array, dtype=torch.float32, requires_grad=True) for array in (weight, bias)]
        layers.append((pair[0], pair[1]))
    return layers


def _run(layers: list[tuple[Tensor, Tensor]], values: Tensor) -> Tensor:
    from torch.nn import functional  # noqa: PLC0415

    for number, (weight, bias) in enumerate(layers):
        values = functional.linear(functional.silu(values) if number else values, weight, bias)
    return values


def _explained(found: FloatArray, wanted: FloatArray, mean: FloatArray) -> float:
    total = float(((wanted - mean) ** 2).sum(dtype=np.float64))
    missed = float(((wanted - found) ** 2).sum(dtype=np.float64))
    return min(max(1 - missed / total, 0.0), 1.0) if total > 0 else 1.0
