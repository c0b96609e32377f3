"""The synthesis network of StyleGAN2 (Karras et al. 2020), with names as in NVIDIA's PyTorch files.

All three architectures: ``skip`` (a to-RGB at every size), ``resnet`` (a way around every block) and ``orig``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from dinoexplorer.generators.networks.resampling import binomial, upsampled
from dinoexplorer.generators.networks.style_layers import (
    PLAIN,
    SLOPE,
    Activation,
    ModulatedConvolution,
    Tensors,
    equalised,
)


@dataclass(frozen=True, slots=True)
class Synthesis2Options:
    """What the tensors do not say: the activation's slope and gain, and the limit of every convolution."""

    slope: float = SLOPE
    gain: float = math.sqrt(2)
    clamp: float | None = None


class SynthesisNetwork2(nn.Module):
    """Styles ``(n, layers, w)`` to pictures ``(n, c, size, size)``, not limited to [-1, 1].

    Its blocks have the ``sizes``, smallest first.
    """

    start: Tensor

    def __init__(self, tensors: Tensors, sizes: Sequence[int], options: Synthesis2Options) -> None:
        super().__init__()
        self.size = sizes[-1]
        self.register_buffer("start", tensors[f"synthesis.b{sizes[0]}.const"].float()[None])
        blocks = [_Block(tensors, size, options) for size in sizes]
        self.blocks, self.convolutions = nn.ModuleList(blocks), [block.convolutions for block in blocks]
        self.sides = (sizes[0], *(size for size in sizes[1:] for _ in range(2)), sizes[-1])
        self.layers, self.ends = len(self.sides), ("", "colours")
        self.noisy = any(layer.noisy for layer in self.modules() if isinstance(layer, ModulatedConvolution))

    def forward(self, styles: Tensor, noise: Tensor | None = None) -> Tensor:
        maps, picture, first = self.start.expand(styles.shape[0], -1, -1, -1), None, 0
        for block, convolutions in zip(self.blocks, self.convolutions, strict=True):
            maps, picture = block(maps, picture, styles[:, first:], noise)
            first += convolutions
        return cast("Tensor", picture)


class _Block(nn.Module):
    """Everything at one size."""

    taps: Tensor

    def __init__(self, tensors: Tensors, size: int, options: Synthesis2Options) -> None:
        super().__init__()
        own = f"synthesis.b{size}"
        taps = tensors.get(f"{own}.resample_filter")
        self.register_buffer("taps", binomial() if taps is None else taps.float())
        around = f"{own}.skip.weight" in tensors
        self.first = _convolution(tensors, f"{own}.conv0", options, taps=self.taps) if _has(tensors, own) else None
        self.second = _convolution(tensors, f"{own}.conv1", options, share=math.sqrt(0.5) if around else 1.0)
        self.convolutions = 1 + (self.first is not None)
        self.to_rgb = _to_rgb(tensors, f"{own}.torgb", options) if f"{own}.torgb.weight" in tensors else None
        self.around = _around(tensors[f"{own}.skip.weight"]) if around else None

    def forward(
        self, maps: Tensor, picture: Tensor | None, styles: Tensor, noise: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        beside = None if self.around is None else self._doubled(self.around(maps))
        if self.first is not None:
            maps = self.first(maps, styles[:, 0], noise)
        maps = self.second(maps, styles[:, self.convolutions - 1], noise)
        if beside is not None:
            maps = maps + beside
        if picture is not None:
            picture = self._doubled(picture)
        if self.to_rgb is not None:
            added = self.to_rgb(maps, styles[:, self.convolutions])
            picture = added if picture is None else picture + added
        return maps, picture

    def _doubled(self, maps: Tensor) -> Tensor:
        width = self.taps.shape[0]
        return upsampled(maps, self.taps, 2, (width + 1) // 2, (width - 2) // 2)


def _has(tensors: Tensors, block: str) -> bool:
    return f"{block}.conv0.weight" in tensors


def _convolution(
    tensors: Tensors, name: str, options: Synthesis2Options, *, taps: Tensor | None = None, share: float = 1.0
) -> ModulatedConvolution:
    weight = tensors[f"{name}.weight"]
    clamp = None if options.clamp is None else options.clamp * share
    noise = tensors.get(f"{name}.noise_const")
    return ModulatedConvolution(
        weight, tensors[f"{name}.bias"], equalised(tensors, f"{name}.affine"),
        Activation(options.slope, options.gain * share, clamp), padding=weight.shape[2] // 2, taps=taps, noise=noise,
        noise_weight=None if noise is None else tensors[f"{name}.noise_strength"],
        other_noise=None if noise is None else _other_noise(noise, name),
    )  # fmt: skip


def _other_noise(noise: Tensor, name: str) -> Tensor:
    seed = 2 * noise.shape[-1] + name.endswith("conv1")  # another one for every layer
    return torch.randn(noise.shape, generator=torch.Generator().manual_seed(seed))


def _to_rgb(tensors: Tensors, name: str, options: Synthesis2Options) -> ModulatedConvolution:
    weight = tensors[f"{name}.weight"].float()
    weight = weight / math.sqrt(weight[0].numel())
    return ModulatedConvolution(
        weight, tensors[f"{name}.bias"], equalised(tensors, f"{name}.affine"),
        Activation(PLAIN.slope, PLAIN.gain, options.clamp), padding=weight.shape[2] // 2, demodulate=False,
    )  # fmt: skip


def _around(weight: Tensor) -> nn.Conv2d:
    """The 1x1 convolution on the way around a block, with the share of the sum that it has."""
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], 1, bias=False)
    layer.weight = nn.Parameter(weight.float() * math.sqrt(0.5 / weight[0].numel()), requires_grad=False)
    return layer
