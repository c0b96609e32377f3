"""Autoencoder without a prior, plain or denoising (Vincent et al. 2010), in the shape of the convolutional VAE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily
from training.models.blocks import PointHead
from training.models.family import TrainingObjective
from training.models.vae import Options, build_autoencoder
from training.objectives.denoising import Denoising, DenoisingOptions


class PlainAutoencoder(BaseFamily):
    """The family `autoencoder`."""

    name = "autoencoder"
    title = "Autoencoder, plain or denoising"
    Options: type[Section] = Options
    Objective: type[Section] = DenoisingOptions

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        return build_autoencoder(config, Options.model_validate(config.model), PointHead)

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return Denoising(DenoisingOptions.model_validate(options), device)


FAMILY = PlainAutoencoder()
