"""The residual generator of SNGAN with the names that mimicry gives its tensors, with and without classes.

Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018.
Miyato and Koyama, cGANs with Projection Discriminator, 2018.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import count, takewhile

import torch
from torch import Tensor, nn
from torch.nn import functional

_FIRST = 2
"""The blocks are numbered from 2: the linear layer is the first."""


class ConditionalNorm(nn.Module):
    """A batch normalisation whose gain and bias are mixed from those of the classes."""

    def __init__(self, classes: int, channels: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, affine=False)
        self.embed = nn.Embedding(classes, 2 * channels)

    def forward(self, maps: Tensor, weights: Tensor) -> Tensor:
        gain, bias = (weights @ self.embed.weight).chunk(2, dim=1)
        made: Tensor = gain[..., None, None] * self.bn(maps) + bias[..., None, None]
        return made


class Block(nn.Module):
    """Doubles the size: two normalised convolutions beside a shortcut of one place."""

    def __init__(self, tensors: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        hidden, channels_in = tensors[f"{name}.c1.weight"].shape[:2]
        channels_out = tensors[f"{name}.c2.weight"].shape[0]
        self.b1, self.b2 = _norm(tensors, f"{name}.b1", channels_in), _norm(tensors, f"{name}.b2", hidden)
        self.c1 = nn.Conv2d(channels_in, hidden, 3, padding=1)
        self.c2 = nn.Conv2d(hidden, channels_out, 3, padding=1)
        self.c_sc = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, maps: Tensor, weights: Tensor) -> Tensor:
        inside = _doubled(torch.relu(_normalised(self.b1, maps, weights)))
        inside = self.c2(torch.relu(_normalised(self.b2, self.c1(inside), weights)))
        made: Tensor = inside + self.c_sc(_doubled(maps))
        return made


class ResNetGAN(nn.Module):
    """Codes ``(n, latent + classes)`` to pictures in [-1, 1]."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        features, self.latent = tensors["l1.weight"].shape
        names = block_names(tensors)
        self.bottom = math.isqrt(features // tensors[f"{names[0]}.c1.weight"].shape[1])
        self.l1 = nn.Linear(self.latent, features)
        for name in names:
            self.add_module(name, Block(tensors, name))
        self.names, self.last = names, len(names) + _FIRST
        kernel = tensors[f"c{self.last}.weight"]
        self.add_module(f"b{self.last}", nn.BatchNorm2d(kernel.shape[1]))
        self.add_module(f"c{self.last}", nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1))
        embedded = tensors.get(f"{names[0]}.b1.embed.weight")
        self.classes = 0 if embedded is None else embedded.shape[0]

    def forward(self, codes: Tensor) -> Tensor:
        code, weights = codes[:, : self.latent], codes[:, self.latent :]
        maps = self.l1(code).reshape(len(code), -1, self.bottom, self.bottom)
        for name in self.names:
            maps = self.get_submodule(name)(maps, weights)
        maps = torch.relu(self.get_submodule(f"b{self.last}")(maps))
        return torch.tanh(self.get_submodule(f"c{self.last}")(maps))


def block_names(tensors: Mapping[str, Tensor]) -> list[str]:
    """``block2``, ``block3``, ... as far as there are tensors of them."""
    return [f"block{number}" for number in takewhile(lambda n: f"block{n}.c1.weight" in tensors, count(_FIRST))]


def _norm(tensors: Mapping[str, Tensor], name: str, channels: int) -> nn.Module:
    embedded = tensors.get(f"{name}.embed.weight")
    return nn.BatchNorm2d(channels) if embedded is None else ConditionalNorm(embedded.shape[0], channels)


def _normalised(norm: nn.Module, maps: Tensor, weights: Tensor) -> Tensor:
    made: Tensor = norm(maps, weights) if isinstance(norm, ConditionalNorm) else norm(maps)
    return made


def _doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2.0, mode="bilinear", align_corners=False)
