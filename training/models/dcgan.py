"""Deep convolutional GAN (Radford et al. 2016), as deep as the picture asks.

With its defaults, at 64 px and 100 dimensions, it is the paper's table: 4x4x512, 8x8x256, 16x16x128, 32x32x64. The
options reach the tables of others: recipe `thesis-dcgan-128` is that of the thesis, `dogs-dcgan-32` and `dogs-dcgan-64`
those of the dogs project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily
from training.models.convolutional_gan import Options, build_gan
from training.models.family import TrainingObjective
from training.objectives.adversarial import Adversarial, AdversarialOptions


class Dcgan(BaseFamily):
    """The family `dcgan`."""

    name = "dcgan"
    title = "Deep convolutional GAN"
    kept = ("decoder",)
    Options: type[Section] = Options
    Objective: type[Section] = AdversarialOptions

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        return build_gan(config, Options.model_validate(config.model))

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return Adversarial(AdversarialOptions.model_validate(options), config.latent.dim)


FAMILY = Dcgan()
