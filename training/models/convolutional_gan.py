"""The network of DCGAN (Radford et al. 2016) at any depth, and what its descendants add to it.

The generator begins with a grid of 4 to 7 pixels and doubles it with transposed convolutions up to the picture; the
discriminator halves it back. `dcgan`, `cgan` and `sagan` are this with different defaults.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from torch import nn

from training.config import ConfigError, ModelConfig, Section
from training.models.base import base_side, grids_of
from training.models.gan_blocks import (
    ClassAffine,
    ClassConditional,
    Discriminator,
    Gan,
    SelfAttention,
    initialise,
    spectrally_normalised,
)


class Options(Section):
    width: int = Field(
        64, description="generator's channels at half the picture's side; doubles with each halving", ge=4, le=512
    )
    widest: int = Field(512, description="generator's most channels at any side", ge=4, le=2048)
    start_channels: int = Field(
        0, description="generator's channels of the first grid; 0: as width says", ge=0, le=4096
    )
    norm: Literal["batch", "none"] = Field("batch", description="generator's normalisation")
    slope: float = Field(0.0, description="of the generator's LeakyReLU; 0 is ReLU", ge=0, lt=1)
    last: Literal["transposed", "convolution"] = Field(
        "transposed", description="what writes the picture: a transposed convolution, or a 3x3 one at full side"
    )
    spectral: bool = Field(False, description="spectral normalisation in the generator as well")
    attention_at: int = Field(
        0, description="side of the grid that gets self-attention, in both; 0 for none", ge=0, le=512,
        json_schema_extra={"unit": "px"},
    )  # fmt: skip
    discriminator_width: int = Field(
        64, description="discriminator's channels at half the picture's side", ge=4, le=512
    )
    discriminator_widest: int = Field(512, description="discriminator's most channels at any side", ge=4, le=2048)
    discriminator_kernel: Literal[3, 4, 5] = Field(4, description="side of the discriminator's kernels")
    discriminator_norm: Literal["batch", "spectral", "none"] = Field("batch", description="batch, spectral or none")
    discriminator_slope: float = Field(0.2, description="of the discriminator's LeakyReLU", ge=0, lt=1)
    dropout: float = Field(0.0, description="share of the discriminator's features left out", ge=0, lt=1)


def build_gan(config: ModelConfig, options: Options, classes: int = 0) -> Gan:
    """Generator and discriminator; class-conditional if there are classes.

    Raises
    ------
    ConfigError
        `attention_at` is no grid of this network.
    """
    grids = grids_of(config.image.size)[:-1]
    if options.attention_at and options.attention_at not in grids:
        raise ConfigError(f"model.attention_at = {options.attention_at}: the grids are {', '.join(map(str, grids))} px")
    return Gan(make_generator(config, options, classes), make_discriminator(config, options, classes))


def channels_at(side: int, size: int, width: int, widest: int) -> int:
    """Channels at a grid of `side` pixels: `width` at size/2, doubled with each halving, at most `widest`."""
    return min(widest, width * max(1, size // 2 // side))


def make_generator(config: ModelConfig, options: Options, classes: int) -> nn.Module:
    """Codes (n, dim + classes) to pictures in [-1, 1]: plain layers in a row that inference can fold."""
    size, dim, pixels = config.image.size, config.latent.dim, config.image.channels
    side = base_side(size)
    channels = options.start_channels or channels_at(side, size, options.width, options.widest)
    layers: list[nn.Module] = [nn.Unflatten(1, (dim, 1, 1))]
    # On a grid of one pixel a transposed convolution is a dense layer, and its normalisation folds into it.
    layers += _grown(nn.ConvTranspose2d(dim, channels, side, bias=options.norm == "none"), channels, options, classes)
    while 2 * side < size or (side < size and options.last == "convolution"):
        layers += _attention(side, channels, options)
        side *= 2
        narrower = channels_at(side, size, options.width, options.widest)
        doubling = nn.ConvTranspose2d(channels, narrower, 4, 2, 1, bias=options.norm == "none")
        layers += _grown(doubling, narrower, options, classes)
        channels = narrower
    layers += _attention(side, channels, options)
    if options.last == "convolution":
        layers += [nn.Conv2d(channels, pixels, 3, 1, 1), nn.Tanh()]
    else:
        layers += [nn.ConvTranspose2d(channels, pixels, 4, 2, 1), nn.Tanh()]
    generator = ClassConditional(dim, layers) if classes else nn.Sequential(*layers)
    initialise(generator, small=options.norm == "batch")
    return spectrally_normalised(generator) if options.spectral else generator


def _grown(layer: nn.Module, channels: int, options: Options, classes: int) -> list[nn.Module]:
    """The layer, its normalisation and its activation."""
    act = nn.LeakyReLU(options.slope, inplace=True) if options.slope else nn.ReLU(inplace=True)
    if classes:
        norms = [nn.BatchNorm2d(channels, affine=False)] if options.norm == "batch" else []
        return [nn.Sequential(layer, *norms), ClassAffine(classes, channels), act]
    return [layer, *([nn.BatchNorm2d(channels)] if options.norm == "batch" else []), act]


def _attention(side: int, channels: int, options: Options) -> list[nn.Module]:
    return [SelfAttention(channels)] if side == options.attention_at else []


def make_discriminator(config: ModelConfig, options: Options, classes: int) -> nn.Module:
    """Pictures and class weights to logits."""
    size, norm = config.image.size, options.discriminator_norm
    side, channels = size, int(config.image.channels)
    layers: list[nn.Module] = []
    while side > base_side(size):
        side //= 2
        wider = channels_at(side, size, options.discriminator_width, options.discriminator_widest)
        normed = norm == "batch" and layers  # the first layer sees the pixels as they are (Radford et al. 2016)
        kernel = options.discriminator_kernel
        layers.append(nn.Conv2d(channels, wider, kernel, 2, (kernel - 1) // 2, bias=not normed))
        layers += [nn.BatchNorm2d(wider)] if normed else []
        layers.append(nn.LeakyReLU(options.discriminator_slope, inplace=True))
        layers += [nn.Dropout(options.dropout)] if options.dropout else []
        layers += _attention(side, wider, options)
        channels = wider
    discriminator = Discriminator(nn.Sequential(*layers), channels, side, classes)
    initialise(discriminator, small=norm == "batch")
    return spectrally_normalised(discriminator) if norm == "spectral" else discriminator
