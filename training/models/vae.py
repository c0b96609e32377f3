"""Convolutional variational autoencoder (Kingma & Welling 2014), shaped for a CPU.

The decoder grows a small grid by nearest upsampling and 3x3 convolutions up to half the picture, and writes the last
doubling as PixelShuffle: the costliest resolution is never convolved. The encoder folds 4x4 (or 2x2) pixels into
channels first and then halves with strided convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field
from torch import Tensor, nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily, base_side
from training.models.blocks import Autoencoder, GaussianHead, Residual, activation, conv_bn
from training.models.family import TrainingObjective
from training.objectives.elbo import Elbo, ElboOptions


class Options(Section):
    width: int = Field(32, description="channels at half the picture's side; doubles with each halving", ge=4, le=512)
    widest: int = Field(256, description="most channels at any resolution", ge=8, le=2048)
    residual_to: int = Field(
        16,
        description="largest side that gets a residual block; 0 for none",
        ge=0,
        le=512,
        json_schema_extra={"unit": "px"},
    )
    shuffle: Literal[2, 4] = Field(2, description="how much the last layer enlarges (PixelShuffle); 4 is faster")
    hidden: int = Field(
        0, description="width of two fully connected layers around the code; 0 for none. For 2-D maps", ge=0, le=4096
    )
    activation: Literal["leaky_relu", "relu", "silu"] = Field("leaky_relu", description="non-linearity of each layer")


def channels_at(side: int, size: int, options: Options) -> int:
    """Channels at a grid of `side` pixels: `width` at size/2, doubled with each halving, at most `widest`."""
    return min(options.widest, options.width * max(1, size // 2 // side))


class Encoder(nn.Module):
    """Pictures (n, c, h, w) in [-1, 1] to mean and log-variance, each (n, dim); `head` decides whether they spread."""

    def __init__(
        self, size: int, channels: int, dim: int, options: Options, head: Callable[[int, int], nn.Module] = GaussianHead
    ) -> None:
        super().__init__()
        fold = 4 if size >= 64 else 2
        side, act = size // fold, options.activation
        width = channels_at(side, size, options)
        layers: list[nn.Module] = [nn.PixelUnshuffle(fold), *conv_bn(channels * fold * fold, width, 3, act)]
        while side > base_side(size):
            side //= 2
            wider = channels_at(side, size, options)
            layers += conv_bn(width, wider, 4, act, stride=2)
            if side <= options.residual_to:
                layers.append(Residual(wider, act))
            width = wider
        self.trunk = nn.Sequential(*layers, nn.Flatten())
        features = width * side * side
        if options.hidden:
            self.trunk.extend(_dense(features, options.hidden, act))
            features = options.hidden
        self.head = head(features, dim)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        posterior: tuple[Tensor, Tensor] = self.head(self.trunk(images))
        return posterior


def _dense(inputs: int, hidden: int, act: str) -> list[nn.Module]:
    return [nn.Linear(inputs, hidden), activation(act), nn.Linear(hidden, hidden), activation(act)]


def make_decoder(size: int, channels: int, dim: int, options: Options) -> nn.Sequential:
    """Codes (n, dim) to pictures (n, channels, size, size) in [-1, 1]."""
    side, act = base_side(size), options.activation
    width = channels_at(side, size, options)
    layers: list[nn.Module] = _dense(dim, options.hidden, act) if options.hidden else []
    layers += [nn.Linear(options.hidden or dim, width * side * side), nn.Unflatten(1, (width, side, side))]
    layers += [nn.BatchNorm2d(width), activation(act)]
    while side * options.shuffle < size:
        side *= 2
        narrower = channels_at(side, size, options)
        layers += [nn.Upsample(scale_factor=2, mode="nearest"), *conv_bn(width, narrower, 3, act)]
        if side <= options.residual_to:
            layers.append(Residual(narrower, act))
        width = narrower
    layers += [nn.Conv2d(width, channels * options.shuffle**2, 3, 1, 1), nn.PixelShuffle(options.shuffle), nn.Tanh()]
    return nn.Sequential(*layers)


def build_autoencoder(
    config: ModelConfig, options: Options, head: Callable[[int, int], nn.Module] = GaussianHead
) -> Autoencoder:
    """Encoder and decoder, as several families use them."""
    size, channels, dim = config.image.size, config.image.channels, config.latent.dim
    return Autoencoder(Encoder(size, channels, dim, options, head), make_decoder(size, channels, dim, options))


class ConvVae(BaseFamily):
    """The family `vae`."""

    name = "vae"
    title = "Convolutional VAE"
    Options: type[Section] = Options
    Objective: type[Section] = ElboOptions

    def build(self, config: ModelConfig, classes: int) -> Autoencoder:
        return build_autoencoder(config, Options.model_validate(config.model))

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return Elbo(ElboOptions.model_validate(options), device)


FAMILY = ConvVae()
