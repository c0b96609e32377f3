"""A KL autoencoder whose reconstructions must also pass a discriminator of patches.

The recipe of VQGAN (Esser et al. 2021) with a KL divergence in place of the codebook (Rombach et al. 2022), after the
VAE-GAN of Larsen et al. 2016: pixels decide what is where, the discriminator forbids blur.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from pydantic import Field, field_validator
from torch import Tensor, nn

from training.augmentation import DiffAugment, parse_policy
from training.models.base import class_weights
from training.models.blocks import modules_of
from training.models.family import Batch, Losses, Moment, Phase
from training.objectives.adversarial import accuracy, batch_statistics, discriminator_loss, frozen, generator_loss
from training.objectives.elbo import Elbo, ElboOptions, per_dimension, reconstructed
from training.objectives.patches import sliced_wasserstein

_LARGEST_WEIGHT = 1e6


class AdversarialElboOptions(ElboOptions):
    beta: float = Field(0.05, description="weight of the KL divergence; 1 is the true bound", ge=0, le=1000)
    loss: Literal["gan", "lsgan", "hinge"] = Field("hinge", description="gan, lsgan or hinge")
    adversarial_weight: float = Field(0.5, description="weight of the adversarial term", ge=0, le=1e6)
    adaptive: bool = Field(
        True, description="scale that weight so that both terms pull equally hard at the decoder's last layer"
    )
    adversarial_from: float = Field(0.2, description="share of the training before the discriminator joins", ge=0, lt=1)
    diffaugment: str = Field("", description="colour,translation,cutout or a part of it; empty for none")
    discriminator_lr: float = Field(1.0, description="the discriminator's share of optimizer.lr", gt=0, le=100)

    @field_validator("diffaugment")
    @classmethod
    def _policy_is_known(cls, value: str) -> str:
        return ",".join(parse_policy(value))


class AdversarialElbo(Elbo):
    """`Elbo`, and from a share of the training on the wish to be taken for a real picture.

    Figures of the adversarial part: `generator`, `adversarial_weight`, `discriminator`, `accuracy/real`,
    `accuracy/fake`.
    """

    def __init__(self, options: AdversarialElboOptions, device: str = "cpu") -> None:
        super().__init__(options, device)
        self.adversarial = options
        self.augment = DiffAugment(options.diffaugment)
        self.phases = (
            Phase("autoencoder", ("encoder", "decoder")),
            Phase("discriminator", ("discriminator",), options.discriminator_lr),
        )

    # An autoencoder always has a loss; the discriminator has none before its time.
    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses | None:  # type: ignore[override]
        judging = moment.progress >= self.adversarial.adversarial_from
        if phase == "discriminator":
            return self._discriminator(model, batch) if judging else None
        mean, log_variance, reconstructions = reconstructed(model, batch.images)
        with torch.autocast(batch.images.device.type, enabled=False):
            losses = self.losses(batch.images, reconstructions, mean, log_variance, progress=moment.progress)
        return self._with_adversary(model, batch, reconstructions, losses) if judging else losses

    def _with_adversary(self, model: nn.Module, batch: Batch, reconstructions: Tensor, losses: Losses) -> Losses:
        decoder, discriminator = modules_of(model, "decoder", "discriminator")
        with frozen(discriminator):
            fake = discriminator(self.augment(reconstructions), class_weights(batch.labels, 0)).float()
        term = generator_loss(self.adversarial.loss, fake)
        weight = torch.as_tensor(self.adversarial.adversarial_weight, device=term.device)
        if self.adversarial.adaptive and term.requires_grad:
            weight = weight * adaptive_weight(losses.total, term, last_weight(decoder))
        parts = {**losses.parts, "generator": term.detach(), "adversarial_weight": weight}
        return Losses(losses.total + weight * term, parts)

    def _discriminator(self, model: nn.Module, batch: Batch) -> Losses:
        (discriminator,) = modules_of(model, "discriminator")
        with torch.no_grad():
            fakes = self.augment(reconstructed(model, batch.images)[2])
        real, fake = self._judged(discriminator, self.augment(batch.images), fakes, batch.labels)
        total = discriminator_loss(self.adversarial.loss, real, fake)
        rightly_real, rightly_fake = accuracy(self.adversarial.loss, real, fake)
        parts = {"discriminator": total.detach(), "accuracy/real": rightly_real, "accuracy/fake": rightly_fake}
        return Losses(total, parts)

    @staticmethod
    def _judged(discriminator: nn.Module, images: Tensor, fakes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        weights = class_weights(labels, 0)
        return discriminator(images, weights).float(), discriminator(fakes, weights).float()

    @torch.no_grad()
    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        """As `Elbo`, but `total` compares patches of pictures and reconstructions: bounds favour blur."""
        mean, log_variance, reconstructions = reconstructed(model, batch.images)
        losses = self.losses(batch.images, reconstructions, mean, log_variance, progress=1.0)
        (discriminator,) = modules_of(model, "discriminator")
        with batch_statistics(discriminator):
            seen = (self.augment(batch.images), self.augment(reconstructions))
            real, fake = self._judged(discriminator, *seen, batch.labels)
        rightly_real, rightly_fake = accuracy(self.adversarial.loss, real, fake)
        figures = {"total": sliced_wasserstein(batch.images, reconstructions), "bound": losses.total, **losses.parts}
        return {
            **figures,
            "accuracy/real": rightly_real,
            "accuracy/fake": rightly_fake,
            **per_dimension(mean, log_variance),
        }


def adaptive_weight(reconstruction: Tensor, adversarial: Tensor, weight: Tensor) -> Tensor:
    """|gradient of the reconstruction| / |gradient of the adversarial term| at a weight (Esser et al. 2021, eq. 7)."""
    (first,) = torch.autograd.grad(reconstruction, weight, retain_graph=True)
    (second,) = torch.autograd.grad(adversarial, weight, retain_graph=True)
    ratio: Tensor = first.norm() / (second.norm() + 1e-4)
    return ratio.clamp(0.0, _LARGEST_WEIGHT).detach()


def last_weight(decoder: nn.Module) -> Tensor:
    """The weight of the decoder's last layer that has one of more than one dimension."""
    return [parameter for parameter in decoder.parameters() if parameter.ndim > 1][-1]
