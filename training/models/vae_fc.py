"""The reference project's fully connected VAE ("This Dinosaur Does Not Exist").

pixels - 500 - 500 - z with ReLU, the decoder mirrored, a sigmoid at the end. The project trained it with binary
cross-entropy plus KL, Adam 1e-3 and batches of 100; the recipe `vae-fc` holds those figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import Field, field_validator
from torch import nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily
from training.models.blocks import Autoencoder, GaussianHead, SigmoidPicture
from training.models.family import TrainingObjective
from training.objectives.elbo import Elbo, ElboOptions


class Options(Section):
    hidden: tuple[int, ...] = Field(
        (500, 500), description="widths of the hidden layers, picture to code", min_length=1, max_length=16
    )

    @field_validator("hidden")
    @classmethod
    def _widths(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not all(1 <= width <= 65_536 for width in value):
            raise ValueError("each width must lie between 1 and 65536")
        return value


class BernoulliObjective(ElboOptions):
    """The objective's options with the reference project's likelihood as the default."""

    likelihood: str = Field(
        "bernoulli",
        description="gaussian, laplace or bernoulli reconstruction",
        pattern="^(gaussian|laplace|bernoulli)$",
    )


def _stack(widths: list[int]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return layers


class FullyConnectedVae(BaseFamily):
    """The family `vae-fc`."""

    name = "vae-fc"
    title = "Fully connected VAE"
    Options: type[Section] = Options
    Objective: type[Section] = BernoulliObjective

    def build(self, config: ModelConfig, classes: int) -> Autoencoder:
        hidden = Options.model_validate(config.model).hidden
        size, channels, dim = config.image.size, config.image.channels, config.latent.dim
        pixels = size * size * channels
        encoder = nn.Sequential(nn.Flatten(), *_stack([pixels, *hidden]), GaussianHead(hidden[-1], dim))
        decoder = nn.Sequential(
            *_stack([dim, *reversed(hidden)]),
            nn.Linear(hidden[0], pixels),
            SigmoidPicture(),
            nn.Unflatten(1, (channels, size, size)),
        )
        return Autoencoder(encoder, decoder)

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return Elbo(BernoulliObjective.model_validate(options), device)


FAMILY = FullyConnectedVae()
