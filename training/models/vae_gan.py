"""KL autoencoder with a patch discriminator: crisp pictures and a smooth latent space.

The autoencoder is that of `vae`; the discriminator is PatchGAN's (Isola et al. 2017), spectrally normalised instead of
batch-normalised, and stays behind when a checkpoint is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from torch import Tensor, nn

from training.config import ModelConfig, Section
from training.models import vae
from training.models.base import BaseFamily
from training.models.blocks import Autoencoder
from training.models.family import TrainingObjective
from training.models.gan_blocks import spectrally_normalised
from training.objectives.adversarial_elbo import AdversarialElbo, AdversarialElboOptions


class Options(vae.Options):
    discriminator_width: int = Field(32, description="discriminator's channels after its first halving", ge=4, le=512)
    halvings: int = Field(3, description="of the picture before the discriminator decides patch by patch", ge=1, le=6)


class PatchDiscriminator(nn.Module):
    """Pictures (n, c, h, w) to one logit per patch, (n, patches)."""

    def __init__(self, size: int, channels: int, options: Options) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        side, width = size, channels
        for place in range(options.halvings):
            if side < 8:  # a picture of 16 px is all one patch after two halvings
                break
            wider = min(256, options.discriminator_width << place)
            layers += [nn.Conv2d(width, wider, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
            side, width = side // 2, wider
        layers += [nn.Conv2d(width, width, 3, 1, 1), nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(width, 1, 3, 1, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor, weights: Tensor) -> Tensor:
        logits: Tensor = self.layers(images).flatten(1)
        return logits


class JudgedAutoencoder(Autoencoder):
    """An encoder, a decoder and a discriminator."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module, discriminator: nn.Module) -> None:
        super().__init__(encoder, decoder)
        self.discriminator = discriminator


class VaeGan(BaseFamily):
    """The family `vae-gan`."""

    name = "vae-gan"
    title = "VAE with a patch discriminator"
    Options: type[Section] = Options
    Objective: type[Section] = AdversarialElboOptions

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        options = Options.model_validate(config.model)
        plain = vae.build_autoencoder(config, options)
        discriminator = PatchDiscriminator(config.image.size, config.image.channels, options)
        return JudgedAutoencoder(plain.encoder, plain.decoder, spectrally_normalised(discriminator))

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        return AdversarialElbo(AdversarialElboOptions.model_validate(options), device)


FAMILY = VaeGan()
