"""Adversarial losses and penalties, and the objective that trains a generator against a discriminator.

`real` and `fake` are logits of the discriminator for real and generated pictures, (n,) or (n, patches).

=========  =============================================================  =====================
loss       discriminator                                                  generator
=========  =============================================================  =====================
gan        E softplus(-real) + E softplus(fake)                           E softplus(-fake)
lsgan      E (real - 1)^2 / 2 + E fake^2 / 2                              E (fake - 1)^2 / 2
hinge      E max(0, 1 - real) + E max(0, 1 + fake)                        -E fake
wgan-gp    E fake - E real + gradient_penalty E (|grad D(mix)| - 1)^2     -E fake
=========  =============================================================  =====================

gan: Goodfellow et al. 2014, non-saturating; lsgan: Mao et al. 2017; hinge: Lim & Ye 2017, Miyato et al. 2018;
wgan-gp: Gulrajani et al. 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from pydantic import Field, field_validator
from torch import Tensor, nn

from training.augmentation import DiffAugment, parse_policy
from training.config import Section
from training.models.base import StatelessObjective, class_weights
from training.models.blocks import modules_of
from training.models.family import Batch, Losses, Moment, Phase
from training.objectives.patches import sliced_wasserstein

Judge = Callable[[Tensor], Tensor]
"""Pictures to logits."""


class AdversarialOptions(Section):
    loss: Literal["gan", "lsgan", "hinge", "wgan-gp"] = Field("gan", description="gan, lsgan, hinge or wgan-gp")
    r1: float = Field(0.0, description="weight of the gradient penalty on real pictures (gamma); 0 is off", ge=0)
    r1_every: int = Field(16, description="steps between R1 penalties", ge=1, json_schema_extra={"unit": "steps"})
    gradient_penalty: float = Field(10.0, description="weight of the gradient penalty of wgan-gp", ge=0)
    critic_steps: int = Field(1, description="discriminator updates for each of the generator's", ge=1, le=100)
    diffaugment: str = Field("", description="colour,translation,cutout or a part of it; empty for none")
    label_smoothing: float = Field(0.0, description="what the target of real pictures lacks of 1", ge=0, lt=0.5)
    discriminator_lr: float = Field(1.0, description="the discriminator's share of optimizer.lr", gt=0, le=100)

    @field_validator("diffaugment")
    @classmethod
    def _policy_is_known(cls, value: str) -> str:
        return ",".join(parse_policy(value))


def discriminator_loss(loss: str, real: Tensor, fake: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """What the discriminator minimises, a scalar; wgan-gp without its penalty.

    `smoothing` takes the target of real pictures from 1 to 1 - smoothing in gan and lsgan (one-sided, Salimans et al.
    2016); hinge and wgan-gp have no targets.
    """
    if loss == "gan":
        positive = (1 - smoothing) * F.softplus(-real) + smoothing * F.softplus(real)
        return positive.mean() + F.softplus(fake).mean()
    if loss == "lsgan":
        return 0.5 * (real - (1 - smoothing)).square().mean() + 0.5 * fake.square().mean()
    if loss == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return fake.mean() - real.mean()


def generator_loss(loss: str, fake: Tensor) -> Tensor:
    """What the generator minimises, a scalar."""
    if loss == "gan":
        return F.softplus(-fake).mean()
    if loss == "lsgan":
        return 0.5 * (fake - 1).square().mean()
    return -fake.mean()


def accuracy(loss: str, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """The share of real and of generated pictures that the discriminator takes for what they are.

    The border is where it is undecided: 0 for gan and hinge, 1/2 for lsgan. A Wasserstein critic has no such place;
    there it is the middle between the means of `real` and `fake`, so that 1/2 each means that it sees no difference.
    """
    border: Tensor | float = {"gan": 0.0, "hinge": 0.0, "lsgan": 0.5}.get(loss, 0.0)
    if loss == "wgan-gp":
        border = 0.5 * (real.mean() + fake.mean())
    return (real > border).float().mean(), (fake < border).float().mean()


def r1_penalty(judge: Judge, images: Tensor) -> Tensor:
    """E |grad_x D(x)|^2 / 2 on real pictures (Mescheder et al. 2018, eq. 9), to be weighted with gamma; a scalar."""
    return 0.5 * _gradients(judge, images).square().sum(1).mean()


def gradient_penalty(judge: Judge, real: Tensor, fake: Tensor) -> Tensor:
    """E (|grad D| - 1)^2 on lines between real and generated pictures (Gulrajani et al. 2017, eq. 3), a scalar."""
    place = torch.rand(len(real), 1, 1, 1, device=real.device, dtype=real.dtype)
    norms = (_gradients(judge, real + place * (fake - real)).square().sum(1) + 1e-12).sqrt()
    return (norms - 1).square().mean()


def _gradients(judge: Judge, images: Tensor) -> Tensor:
    """Of each picture's logit to its pixels, (n, pixels), in float32: squares of half-precision gradients overflow."""
    with torch.enable_grad(), torch.autocast(images.device.type, enabled=False):
        images = images.detach().float().requires_grad_()
        logits = judge(images).reshape(len(images), -1).mean(1)
        (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.flatten(1)


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """Inside, gradients pass through the module but none is computed for its parameters."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter in trained:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_()


@contextmanager
def batch_statistics(module: nn.Module) -> Iterator[None]:
    """Inside, batch normalisations use the statistics of their batch and keep none.

    A discriminator learns with those; its running statistics mix real and generated pictures and fit neither.
    """
    norms = [m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    before = [(norm.training, norm.track_running_stats) for norm in norms]
    for norm in norms:
        norm.training, norm.track_running_stats = True, False
    try:
        yield
    finally:
        for norm, (training, tracked) in zip(norms, before, strict=True):
            norm.training, norm.track_running_stats = training, tracked


class Adversarial(StatelessObjective):
    """A decoder against a discriminator `D(images, class weights)`.

    With `critic_steps = k` the generator's phase does nothing in k - 1 of k steps: each update of the critic then sees
    its own real pictures, and images seen are those that the discriminator saw.

    R1 is computed every `r1_every` steps and weighted that many times more (lazily, Karras et al. 2020).
    """

    def __init__(self, options: AdversarialOptions, dim: int, classes: int = 0) -> None:
        self.options = options
        self.dim = dim
        self.classes = classes
        self.augment = DiffAugment(options.diffaugment)
        self.phases: tuple[Phase, ...] = (
            Phase("discriminator", ("discriminator",), options.discriminator_lr),
            Phase("generator", ("decoder",)),
        )

    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses | None:
        if phase == "discriminator":
            return self.discriminator(model, batch, moment)
        if (moment.step + 1) % self.options.critic_steps:
            return None
        return self.generator(model, batch)

    def discriminator(self, model: nn.Module, batch: Batch, moment: Moment) -> Losses:
        """Tell real from generated; parts `discriminator`, `accuracy/real`, `accuracy/fake` and the penalties."""
        options, weights = self.options, class_weights(batch.labels, self.classes)
        decoder, discriminator = modules_of(model, "decoder", "discriminator")
        with torch.no_grad():
            fakes = self.augment(decoder(self.draw_codes(weights)).float())
        images = self.augment(batch.images)
        real, more = self.judge_real(discriminator, images, weights)
        fake = discriminator(fakes, weights).float()
        total = discriminator_loss(options.loss, real, fake, smoothing=options.label_smoothing)
        rightly_real, rightly_fake = accuracy(options.loss, real, fake)
        parts = {"discriminator": total, "accuracy/real": rightly_real, "accuracy/fake": rightly_fake, **more}
        total = total + sum(more.values())
        if options.loss == "wgan-gp":
            parts["gradient_penalty"] = gradient_penalty(lambda x: discriminator(x, weights), images, fakes)
            total = total + options.gradient_penalty * parts["gradient_penalty"]
        if options.r1 and moment.step % options.r1_every == 0:
            parts["r1"] = r1_penalty(lambda x: discriminator(x, weights), images)
            total = total + options.r1 * options.r1_every * parts["r1"]
        return Losses(total, {name: value.detach() for name, value in parts.items()})

    def judge_real(self, discriminator: nn.Module, images: Tensor, weights: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Logits of real pictures, and what else the discriminator is to minimise on them, by name: here nothing."""
        return discriminator(images, weights).float(), {}

    def generator(self, model: nn.Module, batch: Batch) -> Losses:
        """Be taken for real; part `generator`."""
        weights = class_weights(batch.labels, self.classes)
        decoder, discriminator = modules_of(model, "decoder", "discriminator")
        fakes = self.augment(decoder(self.draw_codes(weights)).float())
        with frozen(discriminator):
            total = generator_loss(self.options.loss, discriminator(fakes, weights).float())
        return Losses(total, {"generator": total.detach()})

    @torch.no_grad()
    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        """The discriminator's accuracies on pictures it has not seen, and a distance that needs no discriminator.

        A high `accuracy/real` in training and a low one here: it has learnt its pictures by heart. `total` is the
        sliced Wasserstein distance between patches of held-out and of generated pictures.
        """
        weights = class_weights(batch.labels, self.classes)
        decoder, discriminator = modules_of(model, "decoder", "discriminator")
        fakes = decoder(self.draw_codes(weights)).float()
        with batch_statistics(discriminator):
            seen = (self.augment(batch.images), self.augment(fakes))  # as in training, or the figures do not compare
            real, fake = (discriminator(images, weights).float() for images in seen)
        rightly_real, rightly_fake = accuracy(self.options.loss, real, fake)
        distance = sliced_wasserstein(batch.images, fakes)
        return {"total": distance, "patches": distance, "accuracy/real": rightly_real, "accuracy/fake": rightly_fake}

    def draw_codes(self, weights: Tensor) -> Tensor:
        """Codes of the prior with these class weights (n, classes) behind them, (n, dim + classes)."""
        return torch.cat([torch.randn(len(weights), self.dim, device=weights.device), weights], 1)
