"""The generator of a progressive GAN with the names that pytorch_GAN_zoo gives its tensors.

The runtime scaling of its weights is worked into them when they are read (`scaled`), so the layers are plain.

Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation, 2018.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators.networks.loading import numbered
from training.models.layer_kinds import PixelNorm

_SIDE = 4


def scaled(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights, and their biases with them, times He's constant, the square root of 2 by the numbers that enter."""
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        weight = tensors.get(f"{name.rpartition('.')[0]}.weight", tensor)
        made[name] = tensor.float() * math.sqrt(2.0 / math.prod(weight.shape[1:]))
    return made


class ProgressiveGAN(nn.Module):
    """Codes ``(n, latent)`` to pictures around [-1, 1].

    Parameters
    ----------
    slope
        Of the leaky ReLU.
    alpha
        How much of the picture comes from the size before the last, while a size was being blended in.
    normalise
        Whether places are normalised along their channels after each layer. The code always is, with ``normalise``;
        and the first maps are in any case, as in the original.
    squash
        Whether a tanh ends it: so it was trained with some objectives.
    """

    def __init__(
        self, tensors: Mapping[str, Tensor], slope: float, alpha: float, *, normalise: bool, squash: bool
    ) -> None:
        super().__init__()
        self.formatLayer = _linear(tensors, "formatLayer")
        self.groupScale0 = nn.ModuleList(_convolution(tensors, name) for name in numbered(tensors, "groupScale0"))
        self.scaleLayers = nn.ModuleList(
            nn.ModuleList(_convolution(tensors, layer) for layer in numbered(tensors, scale))
            for scale in numbered(tensors, "scaleLayers")
        )
        self.toRGBLayers = nn.ModuleList(_convolution(tensors, name) for name in numbered(tensors, "toRGBLayers"))
        self.slope, self.alpha, self.squash = slope, alpha, squash
        self.norm = PixelNorm()
        self.after = PixelNorm() if normalise else nn.Identity()

    def forward(self, codes: Tensor) -> Tensor:
        maps = functional.leaky_relu(self.formatLayer(self.after(codes)), self.slope)
        maps = self._through(self.groupScale0, self.norm(maps.reshape(len(codes), -1, _SIDE, _SIDE)))
        before = maps
        for layers in self.scaleLayers:
            before = maps
            maps = self._through(layers, functional.interpolate(maps, scale_factor=2.0))
        picture: Tensor = self.toRGBLayers[-1](maps)
        if self.alpha > 0 and len(self.toRGBLayers) > 1:
            coarse = functional.interpolate(self.toRGBLayers[-2](before), scale_factor=2.0)
            picture = self.alpha * coarse + (1 - self.alpha) * picture
        return torch.tanh(picture) if self.squash else picture

    def _through(self, layers: nn.Module, maps: Tensor) -> Tensor:
        for layer in layers.children():
            maps = self.after(functional.leaky_relu(layer(maps), self.slope))
        return maps


def _linear(tensors: Mapping[str, Tensor], name: str) -> nn.Linear:
    features, given = tensors[f"{name}.weight"].shape
    return nn.Linear(given, features)


def _convolution(tensors: Mapping[str, Tensor], name: str) -> nn.Conv2d:
    channels_out, channels_in, size, _ = tensors[f"{name}.weight"].shape
    return nn.Conv2d(channels_in, channels_out, size, padding=size // 2)
