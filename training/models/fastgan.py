"""FastGAN (Liu et al. 2021), made for a few hundred pictures.

The generator's small grids gate the channels of large ones (skip-layer excitation), so gradients reach the code by a
short way; the discriminator must be able to rebuild its pictures from what it has seen of them, which keeps it from
learning them by heart. Left out of the authors' program: the noise that it adds to each grid (a code shall give one
picture) and the trained network in its reconstruction loss (see `training.objectives.rebuilding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from pydantic import Field
from torch import Tensor, nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily, grids_of
from training.models.convolutional_gan import channels_at
from training.models.family import TrainingObjective
from training.models.gan_blocks import Gan, initialise, spectrally_normalised
from training.objectives.rebuilding import RebuildingAdversarial, RebuildingOptions


class Options(Section):
    width: int = Field(
        32, description="generator's channels at half the picture's side; doubles with each halving", ge=4, le=512
    )
    widest: int = Field(256, description="most channels at any side", ge=8, le=2048)
    discriminator_width: int = Field(
        32, description="discriminator's channels at half the picture's side", ge=4, le=512
    )


class Excitation(nn.Module):
    """Gates the channels of a large grid by what a small one holds (Liu et al. 2021, eq. 2)."""

    def __init__(self, small: int, large: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(4), nn.Conv2d(small, large, 4), nn.SiLU(inplace=True), nn.Conv2d(large, large, 1),
            nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, small: Tensor, large: Tensor) -> Tensor:
        gated: Tensor = large * self.gate(small)
        return gated


class Generator(nn.Module):
    """Codes (n, dim) to pictures (n, channels, size, size) in [-1, 1].

    Each grid of at least `jump` times the side of a smaller one is gated by it: 16 as in the paper, less where the
    picture is too small for that.
    """

    def __init__(self, size: int, channels: int, dim: int, options: Options) -> None:
        super().__init__()
        grids = grids_of(size)
        widths = [channels_at(side, size, options.width, options.widest) for side in grids[:-1]]
        widths.append(max(4, options.width // 2))
        first = [nn.ConvTranspose2d(dim, 2 * widths[0], grids[0], bias=False), nn.BatchNorm2d(2 * widths[0]), nn.GLU(1)]
        self.stages = nn.ModuleList([nn.Sequential(nn.Unflatten(1, (dim, 1, 1)), *first)])
        for place, (inputs, outputs) in enumerate(pairwise(widths)):
            layers = [nn.Upsample(scale_factor=2), *_gated(inputs, outputs)]
            if place % 2 == 0:  # every other doubling is two convolutions deep, as in the authors' program
                layers += _gated(outputs, outputs)
            self.stages.append(nn.Sequential(*layers))
        self.jump = min(4, len(grids) - 1)
        self.excitations = nn.ModuleList(
            Excitation(widths[place], widths[place + self.jump]) for place in range(len(grids) - self.jump)
        )
        self.picture = nn.Sequential(nn.Conv2d(widths[-1], channels, 3, 1, 1), nn.Tanh())

    def forward(self, codes: Tensor) -> Tensor:
        grids: list[Tensor] = []
        for place, stage in enumerate(self.stages):
            x = stage(grids[-1] if grids else codes)
            if place >= self.jump:
                x = self.excitations[place - self.jump](grids[place - self.jump], x)
            grids.append(x)
        pictures: Tensor = self.picture(grids[-1])
        return pictures


def _gated(inputs: int, outputs: int) -> list[nn.Module]:
    """A 3x3 convolution to twice the channels, half of which gate the other half."""
    return [nn.Conv2d(inputs, 2 * outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(2 * outputs), nn.GLU(1)]


class Halving(nn.Module):
    """Half the side by convolutions and by pooling, averaged."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, inplace=True),
        )  # fmt: skip
        self.direct = nn.Sequential(
            nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.2, inplace=True),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = 0.5 * (self.main(x) + self.direct(x))
        return out


class RebuildingDiscriminator(nn.Module):
    """Pictures to a grid of logits, and from its features back to pictures.

    The features end at a grid of 8 to 14 pixels; `whole` rebuilds the picture from it, `part` a quarter of the picture
    from a quarter of the grid before.
    """

    def __init__(self, size: int, channels: int, options: Options) -> None:
        super().__init__()
        grids = grids_of(size)[1:-1]  # from the smallest but one to half the picture
        widths = [channels_at(side, size, options.discriminator_width, options.widest) for side in grids]
        self.first = nn.Sequential(
            nn.Conv2d(channels, widths[-1], 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)
        )
        pairs = list(zip(widths[:0:-1], widths[-2::-1], strict=True))
        self.halvings = nn.ModuleList(Halving(inputs, outputs) for inputs, outputs in pairs)
        self.head = nn.Sequential(
            nn.Conv2d(widths[0], widths[0], 1, bias=False), nn.BatchNorm2d(widths[0]), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(widths[0], 1, 4, bias=False),
        )  # fmt: skip
        self.whole = _rebuilder(widths[0], channels, min(3, len(grids)))
        self.part = _rebuilder(widths[1], channels, min(3, len(grids) - 1)) if pairs else None

    def forward(self, images: Tensor, weights: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(images)[-1]).flatten(1)
        return logits

    def features(self, images: Tensor) -> list[Tensor]:
        """The grids from half the picture's side to the smallest."""
        grids = [self.first(images)]
        for halving in self.halvings:
            grids.append(halving(grids[-1]))
        return grids

    def judge_and_rebuild(self, images: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """Logits (n, places), and pairs of a picture (or a quarter) and its reconstruction, equally large."""
        grids = self.features(images)
        rebuilt = [(images, self.whole(grids[-1]))]
        if self.part is not None:
            row, column = torch.randint(0, 2, (2,)).tolist()
            rebuilt.append((_quarter(images, row, column), self.part(_quarter(grids[-2], row, column))))
        pairs = [(F.interpolate(a, size=b.shape[-2:], mode="area"), b) for a, b in rebuilt]
        return self.head(grids[-1]).flatten(1), pairs


def _quarter(x: Tensor, row: int, column: int) -> Tensor:
    height, width = x.shape[-2] // 2, x.shape[-1] // 2
    return x[..., row * height : (row + 1) * height, column * width : (column + 1) * width]


def _rebuilder(inputs: int, channels: int, doublings: int) -> nn.Sequential:
    widths = [inputs, *(max(8, inputs >> place) for place in range(1, doublings + 1))]
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [nn.Upsample(scale_factor=2), *_gated(wide, narrow)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], channels, 3, 1, 1), nn.Tanh())


class FastGan(BaseFamily):
    """The family `fastgan`."""

    name = "fastgan"
    title = "FastGAN, for few pictures"
    kept = ("decoder",)
    Options: type[Section] = Options
    Objective: type[Section] = RebuildingOptions

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        options = Options.model_validate(config.model)
        size, channels, dim = config.image.size, config.image.channels, config.latent.dim
        model = Gan(Generator(size, channels, dim, options), RebuildingDiscriminator(size, channels, options))
        initialise(model, small=True)
        spectrally_normalised(model)
        return model

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return RebuildingAdversarial(RebuildingOptions.model_validate(options), config.latent.dim)


FAMILY = FastGan()
