"""Wasserstein autoencoder with a maximum mean discrepancy (Tolstikhin et al. 2018), in the shape of the VAE.

Codes as a whole follow the prior, but each picture has one code and not a cloud of them: less blur than a VAE, and a
latent space that can be drawn from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from training.config import ModelConfig, Section
from training.models.base import BaseFamily
from training.models.blocks import PointHead
from training.models.family import TrainingObjective
from training.models.vae import Options, build_autoencoder
from training.objectives.mmd import MmdOptions, WaeMmd


class WassersteinAutoencoder(BaseFamily):
    """The family `wae-mmd`."""

    name = "wae-mmd"
    title = "Wasserstein autoencoder"
    Options: type[Section] = Options
    Objective: type[Section] = MmdOptions

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        return build_autoencoder(config, Options.model_validate(config.model), PointHead)

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return WaeMmd(MmdOptions.model_validate(options), device)


FAMILY = WassersteinAutoencoder()
