"""Class-conditional GAN: the network of DCGAN with conditional batch normalisation (Dumoulin et al. 2017) and a
projection discriminator (Miyato & Koyama 2018).

The decoder takes (n, dim + classes): the last entries weigh the classes, and weights between two classes give what lies
between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field
from torch import nn

from training.config import ConfigError, ModelConfig, Section
from training.models import convolutional_gan
from training.models.base import ConditionalFamily
from training.models.family import TrainingObjective
from training.objectives.adversarial import Adversarial, AdversarialOptions


class Options(convolutional_gan.Options):
    discriminator_norm: Literal["batch", "spectral", "none"] = Field("spectral", description="batch, spectral or none")


class ConditionalObjective(AdversarialOptions):
    """Hinge is what the projection discriminator was published with."""

    loss: Literal["gan", "lsgan", "hinge", "wgan-gp"] = Field("hinge", description="gan, lsgan, hinge or wgan-gp")


class Cgan(ConditionalFamily):
    """The family `cgan`."""

    name = "cgan"
    title = "Class-conditional GAN"
    kept = ("decoder",)
    Options: type[Section] = Options
    Objective: type[Section] = ConditionalObjective

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        _refuse_without_classes(classes)
        return convolutional_gan.build_gan(config, Options.model_validate(config.model), classes)

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        _refuse_without_classes(classes)
        return Adversarial(ConditionalObjective.model_validate(options), config.latent.dim, classes)


def _refuse_without_classes(classes: int) -> None:
    if not classes:
        raise ConfigError(
            "family = 'cgan' learns one kind of picture per class, and these pictures have no classes: put them into"
            " one folder per class, or train the recipe dcgan"
        )


FAMILY = Cgan()
