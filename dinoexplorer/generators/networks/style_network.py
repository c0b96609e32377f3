"""A network of the StyleGAN kind as a generator: steered by z, by w, or by a w for each layer and by its noise (w+).

Truncation is towards the mean of w.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import torch
from torch import Tensor, nn

from dinoexplorer.generators.generator import FloatArray, LatentSpec, Mixture
from dinoexplorer.generators.latent_layers import layers_of
from dinoexplorer.generators.networks.style_layers import MappingNetwork
from dinoexplorer.generators.reading import Built

_SAMPLES = 4096
_SHORTER = 1e-6
"""The share of draws of z, at most, that are so short that their length is truncation."""
_FLOOR = 1e-4


_NOISE = ("noise", "turn")
_USUAL_NOISE = np.array([1, 0], np.float32)
_NOISE_SPREAD = np.array([0.25, math.pi / 4], np.float32)
"""The scales of the sliders: from no noise to twice as much, and half a turn to either side."""


class Synthesis(Protocol):
    """From styles ``(n, layers, w)`` to pictures ``(n, c, size, size)``.

    ``sides`` are those of the maps that each layer shapes, and ``ends`` what the first and the last are called where
    they are no convolutions. Where it is ``noisy`` it also takes how much there is of its own noise and of another one,
    ``(n, 2)``.
    """

    size: int
    layers: int
    sides: tuple[int, ...]
    ends: tuple[str, str]
    noisy: bool


@dataclass(frozen=True, eq=False, slots=True)
class StyleNetwork:
    """Both halves, and the mean of w ``(w,)`` where the file holds it."""

    mapping: MappingNetwork
    synthesis: nn.Module
    average: Tensor | None
    channels: int = 3


def steered_by_z(network: StyleNetwork) -> Built:
    """Codes are z, and behind it the weights of the classes.

    The mapping looks only at the direction of z. So the length of codes shorter than draws are is used for truncation:
    at 0 is the mean picture, from `_inner` on, 0.6 of the usual length of 512 numbers, pictures are the original's.
    """
    mapping = network.mapping
    average = _average(network)
    names = tuple(map(str, range(mapping.classes)))
    dim = mapping.z + mapping.classes
    latent = LatentSpec(
        dim, np.zeros(dim, np.float32), np.ones(dim, np.float32),
        names=tuple(f"z{number + 1}" for number in range(mapping.z)) + names if names else (),
        spaces=("z", "w"), draw=_Draw(mapping),
    )  # fmt: skip
    decoder = _FromZ(mapping, average, network.synthesis)
    return Built(decoder.eval(), latent, _size(network), network.channels, None, names)


def steered_by_w(network: StyleNetwork) -> Built:
    """Codes are w, the same for all layers; their mean is the middle, so that truncation is that of the paper."""
    drawn = _drawn_w(network.mapping, _SAMPLES, np.random.default_rng(0))
    average = _average(network).numpy()
    points = drawn.double().numpy()
    points -= points.mean(axis=0)
    spread = points.T @ points / len(points)
    spread[np.diag_indices_from(spread)] += _FLOOR * max(float(spread.trace()) / len(spread), 1e-12)
    cloud = Mixture(
        np.ones(1, np.float32), average[None], np.linalg.cholesky(spread).astype(np.float32)[None]
    )  # where codes lie, for what must know how usual one is; draws themselves go through the mapping
    deviation = np.sqrt(np.diag(spread)).astype(np.float32)
    latent = LatentSpec(
        len(average), average, deviation, mixture=cloud, spaces=("w", "z"), draw=_DrawW(network.mapping, average),
        names=tuple(f"w{number + 1}" for number in range(len(average))),
    )  # fmt: skip
    return Built(_FromW(network.synthesis).eval(), latent, _size(network), network.channels)


def steered_by_styles(network: StyleNetwork) -> Built:
    """Codes are a w for each layer, one behind the other, and behind them where there is noise its strength and turn.

    Random codes are those of `steered_by_w`: the same w in all layers, and the noise that the network was saved with.
    """
    synthesis, average = cast("Synthesis", network.synthesis), _average(network).numpy()
    deviation = _drawn_w(network.mapping, _SAMPLES, np.random.default_rng(0)).numpy().std(axis=0)
    deviation = np.maximum(deviation, math.sqrt(_FLOOR) * max(float(deviation.max()), 1e-6))
    layers = layers_of(synthesis.sides, len(average), first=synthesis.ends[0], last=synthesis.ends[1])
    means, deviations = (np.tile(values, len(layers)) for values in (average, deviation))
    noise = len(_NOISE) if synthesis.noisy else 0
    latent = LatentSpec(
        len(means) + noise, np.concatenate([means, _USUAL_NOISE[:noise]]),
        np.concatenate([deviations, _NOISE_SPREAD[:noise]]), spaces=("w+", "w", "z"),
        mixture=Mixture(
            np.ones(1, np.float32), np.concatenate([means, _USUAL_NOISE[:noise]])[None],
            np.concatenate([deviations, np.zeros(noise, np.float32)])[None],
        ),
        names=tuple(f"w{number + 1} {layer.name}" for layer in layers for number in range(len(average)))
        + _NOISE[:noise],
        draw=_DrawStyles(_DrawW(network.mapping, average), len(layers), noise),
        layers=layers, shared=True, noise=noise,
    )  # fmt: skip
    return Built(
        _FromStyles(network.synthesis, network.mapping.w, noise).eval(), latent, _size(network), network.channels
    )


class _FromZ(nn.Module):
    average: Tensor

    def __init__(self, mapping: MappingNetwork, average: Tensor, synthesis: nn.Module) -> None:
        super().__init__()
        self.mapping, self.synthesis = mapping, _FromW(synthesis)
        self.register_buffer("average", average)
        self.inner = _inner(mapping.z)

    def forward(self, codes: Tensor) -> Tensor:
        kept = (codes[:, : self.mapping.z].norm(dim=1, keepdim=True) / self.inner).clamp(max=1)
        average = self.average.expand(codes.shape[0], -1)
        pictures: Tensor = self.synthesis(torch.lerp(average, self.mapping(codes), kept))
        return pictures


class _FromW(nn.Module):
    def __init__(self, synthesis: nn.Module) -> None:
        super().__init__()
        self.synthesis = synthesis
        self.layers = cast("Synthesis", synthesis).layers

    def forward(self, codes: Tensor) -> Tensor:
        pictures: Tensor = self.synthesis(codes[:, None].expand(-1, self.layers, -1))
        return pictures.clamp(-1, 1)


class _FromStyles(nn.Module):
    def __init__(self, synthesis: nn.Module, width: int, noise: int) -> None:
        super().__init__()
        self.synthesis, self.width, self.noise = synthesis, width, noise
        self.layers = cast("Synthesis", synthesis).layers

    def forward(self, codes: Tensor) -> Tensor:
        if not self.noise:
            pictures: Tensor = self.synthesis(codes.reshape(-1, self.layers, self.width))
            return pictures.clamp(-1, 1)
        strength, turn = codes[:, -2:-1], codes[:, -1:]
        parts = strength * torch.cat([torch.cos(turn), torch.sin(turn)], dim=1)
        pictures = self.synthesis(codes[:, :-2].reshape(-1, self.layers, self.width), parts)
        return pictures.clamp(-1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class _Draw:
    """Draws of z and of one class each; below 1 a truncation is a length, see `steered_by_z`."""

    mapping: MappingNetwork

    def __call__(self, count: int, rng: np.random.Generator, truncation: float) -> FloatArray:
        codes = _codes(self.mapping, count, rng)
        if truncation < 1:
            free = codes[:, : self.mapping.z]
            lengths = np.maximum(np.linalg.norm(free, axis=1, keepdims=True), _FLOOR)
            free *= truncation * _inner(self.mapping.z) / lengths
        return codes


@dataclass(frozen=True, eq=False, slots=True)
class _DrawW:
    """Draws of z put through the mapping, and drawn towards the mean."""

    mapping: MappingNetwork
    average: FloatArray

    def __call__(self, count: int, rng: np.random.Generator, truncation: float) -> FloatArray:
        drawn = _drawn_w(self.mapping, count, rng).numpy()
        return np.asarray(self.average + truncation * (drawn - self.average), np.float32)


@dataclass(frozen=True, eq=False, slots=True)
class _DrawStyles:
    """Draws of w, the same in all layers, and the usual noise."""

    draw: _DrawW
    layers: int
    noise: int

    def __call__(self, count: int, rng: np.random.Generator, truncation: float) -> FloatArray:
        codes = np.tile(self.draw(count, rng, truncation), (1, self.layers))
        return np.concatenate([codes, np.tile(_USUAL_NOISE[: self.noise], (count, 1))], axis=1)


def _inner(dim: int) -> float:
    """A length that at most one in a million draws of ``dim`` normal numbers falls short of.

    The chi-squared distribution's share below x is at most (x / 2) ** (dim / 2) / gamma(dim / 2 + 1).
    """
    return math.sqrt(2) * math.exp((math.log(_SHORTER) + math.lgamma(dim / 2 + 1)) / dim)


def _codes(mapping: MappingNetwork, count: int, rng: np.random.Generator) -> FloatArray:
    codes = np.zeros((count, mapping.z + mapping.classes), np.float32)
    codes[:, : mapping.z] = rng.standard_normal((count, mapping.z))
    if mapping.classes:
        codes[np.arange(count), mapping.z + rng.integers(mapping.classes, size=count)] = 1
    return codes


def _drawn_w(mapping: MappingNetwork, count: int, rng: np.random.Generator) -> Tensor:
    """Random w ``(count, w)``, of all classes alike."""
    with torch.no_grad():  # not inference mode: what it makes has no derivatives ever after
        return cast("Tensor", mapping(torch.from_numpy(_codes(mapping, count, rng))))


def _average(network: StyleNetwork) -> Tensor:
    if network.average is not None:
        return network.average.float().reshape(-1, network.mapping.w).mean(dim=0)  # some keep one for each layer
    return _drawn_w(network.mapping, _SAMPLES, np.random.default_rng(0)).mean(dim=0)


def _size(network: StyleNetwork) -> int:
    return cast("Synthesis", network.synthesis).size
