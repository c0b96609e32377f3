"""Self-attention GAN (Zhang et al. 2019): attention between all places of one grid, spectral normalisation in both
networks, hinge loss, and a discriminator that learns four times as fast as the generator.

With classes in the data it is class-conditional as `cgan` is; without, it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field
from torch import nn

from training.config import ModelConfig, Section
from training.models import convolutional_gan
from training.models.base import ConditionalFamily
from training.models.family import TrainingObjective
from training.objectives.adversarial import Adversarial, AdversarialOptions


class Options(convolutional_gan.Options):
    spectral: bool = Field(True, description="spectral normalisation in the generator as well")
    discriminator_norm: Literal["batch", "spectral", "none"] = Field("spectral", description="batch, spectral or none")
    attention_at: int = Field(
        0, description="side of the grid that gets self-attention, in both; 0: a quarter of the picture's",
        ge=0, le=512, json_schema_extra={"unit": "px"},
    )  # fmt: skip


class SelfAttentionObjective(AdversarialOptions):
    """The paper's hinge loss and its two time-scales: 1e-4 for the generator, 4e-4 for the discriminator."""

    loss: Literal["gan", "lsgan", "hinge", "wgan-gp"] = Field("hinge", description="gan, lsgan, hinge or wgan-gp")
    discriminator_lr: float = Field(4.0, description="the discriminator's share of optimizer.lr", gt=0, le=100)


class Sagan(ConditionalFamily):
    """The family `sagan`."""

    name = "sagan"
    title = "Self-attention GAN"
    kept = ("decoder",)
    Options: type[Section] = Options
    Objective: type[Section] = SelfAttentionObjective

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        options = Options.model_validate(config.model)
        if not options.attention_at:
            options = options.model_copy(update={"attention_at": config.image.size // 4})
        return convolutional_gan.build_gan(config, options, classes)

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return Adversarial(SelfAttentionObjective.model_validate(options), config.latent.dim, classes)


FAMILY = Sagan()
