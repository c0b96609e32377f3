"""The synthesis network of stylegan2-pytorch (P. Wang): bilinear doubling, styles around 1, noise from one picture.

Also its variants: linear attention in front of blocks, a start made from w, and pictures with transparency.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.networks.style_layers import PLAIN, Activation, ModulatedConvolution, Tensors, linear

_HEADS = 8
_ACTIVATION = Activation(slope=0.2, gain=1.0)
_SMALLEST = 4


class SoftSynthesisNetwork(nn.Module):
    """Styles ``(n, layers, w)``, one for each block, to pictures ``(n, 3, size, size)`` in [-1, 1].

    What is transparent is white. The noise is the same for all pictures, drawn once.
    """

    def __init__(self, tensors: Tensors, blocks: int) -> None:
        super().__init__()
        self.layers = blocks
        self.size = _SMALLEST * 2 ** (self.layers - 1)
        self.first = _start(tensors)
        self.opening = _plain(tensors, "initial_conv")
        noises = tuple(
            torch.rand(self.size, self.size, generator=torch.Generator().manual_seed(seed)).T for seed in range(2)
        )
        self.sides, self.ends = tuple(_SMALLEST << place for place in range(blocks)), ("", "")
        self.blocks = nn.ModuleList(
            _Block(tensors, f"blocks.{place}", [noise[:side, :side] for noise in noises])
            for place, side in enumerate(self.sides)
        )
        self.noisy = any(layer.noisy for layer in self.modules() if isinstance(layer, ModulatedConvolution))
        self.attentions = nn.ModuleList(_attention(tensors, f"attns.{place}") for place in range(self.layers))
        self.last = self.layers - 1

    def forward(self, styles: Tensor, noise: Tensor | None = None) -> Tensor:
        maps, picture = self.opening(self.first(styles)), None
        for place, (attention, block) in enumerate(zip(self.attentions, self.blocks, strict=True)):
            maps = attention(maps)
            if place:
                maps = functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)
            maps, picture = block(maps, picture, styles[:, place], noise)
            if place != self.last:
                picture = _soft_doubled(picture)
        return _on_white(cast("Tensor", picture).clamp(0, 1)) * 2 - 1


class _Block(nn.Module):
    """Two convolutions and what they add to the picture."""

    def __init__(self, tensors: Tensors, name: str, noises: Sequence[Tensor]) -> None:
        super().__init__()
        stored, other = (noise.contiguous() for noise in noises)
        self.convolutions = nn.ModuleList(
            ModulatedConvolution(
                tensors[f"{name}.conv{number}.weight"], tensors[f"{name}.to_noise{number}.bias"],
                _style(tensors, f"{name}.to_style{number}"), _ACTIVATION, padding=1,
                noise=stored, noise_weight=tensors[f"{name}.to_noise{number}.weight"],
                other_noise=other, noise_mean=0.5,
            )
            for number in (1, 2)
        )  # fmt: skip
        self.to_rgb = ModulatedConvolution(
            tensors[f"{name}.to_rgb.conv.weight"], None, _style(tensors, f"{name}.to_rgb.to_style"), PLAIN,
            padding=0, demodulate=False,
        )  # fmt: skip

    def forward(self, maps: Tensor, picture: Tensor | None, w: Tensor, noise: Tensor | None) -> tuple[Tensor, Tensor]:
        for convolution in self.convolutions:
            maps = convolution(maps, w, noise)
        added: Tensor = self.to_rgb(maps, w)
        return maps, added if picture is None else picture + added


class _Constant(nn.Module):
    """The same start for all pictures."""

    values: Tensor

    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.register_buffer("values", values.float())

    def forward(self, styles: Tensor) -> Tensor:
        return self.values.expand(styles.shape[0], -1, -1, -1)


class _FromStyles(nn.Module):
    """A start made of the mean of the styles."""

    weight: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight.float())

    def forward(self, styles: Tensor) -> Tensor:
        return functional.conv_transpose2d(styles.mean(dim=1)[:, :, None, None], self.weight)


class _LinearAttention(nn.Module):
    """Attention whose cost grows with the number of places alone, and a small network behind it; both are added."""

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        self.norm = _ChannelNorm(tensors, f"{name}.0.fn.norm")
        inner = f"{name}.0.fn.fn"
        self.queries = _plain(tensors, f"{inner}.to_q")
        self.near = _plain(tensors, f"{inner}.to_kv.net.0", by_channel=True)
        self.keys_and_values = _plain(tensors, f"{inner}.to_kv.net.1")
        self.out = _plain(tensors, f"{inner}.to_out")
        self.second_norm = _ChannelNorm(tensors, f"{name}.1.fn.norm")
        self.network = nn.Sequential(
            _plain(tensors, f"{name}.1.fn.fn.0"), nn.LeakyReLU(0.2), _plain(tensors, f"{name}.1.fn.fn.2")
        )

    def forward(self, maps: Tensor) -> Tensor:
        maps = maps + self._attended(self.norm(maps))
        added: Tensor = self.network(self.second_norm(maps))
        return maps + added

    def _attended(self, maps: Tensor) -> Tensor:
        count, _, height, width = maps.shape
        queries = self.queries(maps).reshape(count, _HEADS, -1, height * width)
        keys, values = self.keys_and_values(self.near(maps)).reshape(count, 2, _HEADS, -1, height * width).unbind(1)
        queries = queries.softmax(dim=2) * queries.shape[2] ** -0.5
        known = keys.softmax(dim=3) @ values.transpose(2, 3)
        found = (known.transpose(2, 3) @ queries).reshape(count, -1, height, width)
        result: Tensor = self.out(functional.gelu(found))
        return result


class _ChannelNorm(nn.Module):
    """Every place brought to mean 0 and variance 1 over its channels."""

    gain: Tensor
    bias: Tensor

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        self.register_buffer("gain", tensors[f"{name}.g"].float())
        self.register_buffer("bias", tensors[f"{name}.b"].float())

    def forward(self, maps: Tensor) -> Tensor:
        variance, mean = torch.var_mean(maps, dim=1, unbiased=False, keepdim=True)
        return (maps - mean) / (variance + 1e-5).sqrt() * self.gain + self.bias


def _start(tensors: Tensors) -> nn.Module:
    if "initial_block" in tensors:
        return _Constant(tensors["initial_block"])
    return _FromStyles(tensors["to_initial_block.weight"])


def _attention(tensors: Tensors, name: str) -> nn.Module:
    return _LinearAttention(tensors, name) if f"{name}.0.fn.fn.to_q.weight" in tensors else nn.Identity()


def _style(tensors: Tensors, name: str) -> nn.Linear:
    """Factors around 1: the file holds what is to be added to it."""
    return linear(tensors[f"{name}.weight"], tensors[f"{name}.bias"].float() + 1)


def _plain(tensors: Tensors, name: str, *, by_channel: bool = False) -> nn.Conv2d:
    """An ordinary convolution that keeps the size."""
    weight, bias = tensors[f"{name}.weight"].float(), tensors.get(f"{name}.bias")
    size, groups = weight.shape[2], len(weight) if by_channel else 1
    layer = nn.Conv2d(
        weight.shape[1] * groups, len(weight), size, padding=size // 2, groups=groups, bias=bias is not None
    )
    layer.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        layer.bias = nn.Parameter(bias.float(), requires_grad=False)
    return layer


def _on_white(pictures: Tensor) -> Tensor:
    """Pictures in [0, 1] without their fourth channel, which says how much of them covers the white."""
    colours, opaque = pictures[:, :3], pictures[:, 3:]
    return colours * opaque + (1 - opaque) if opaque.shape[1] else colours


def _soft_doubled(picture: Tensor) -> Tensor:
    """Doubled bilinearly and blurred by (1, 2, 1) along both axes, the borders mirrored."""
    picture = functional.interpolate(picture, scale_factor=2, mode="bilinear", align_corners=False)
    taps = torch.tensor([0.25, 0.5, 0.25], device=picture.device)
    kernel = torch.outer(taps, taps).expand(picture.shape[1], 1, 3, 3)
    return functional.conv2d(functional.pad(picture, (1, 1, 1, 1), mode="reflect"), kernel, groups=picture.shape[1])
