"""The evidence lower bound of a variational autoencoder (Kingma & Welling 2014), with the ways to weigh its KL term.

All figures are in nats per image: reconstruction terms are summed over pixels and channels, the KL divergence over
latent dimensions. With `likelihood="gaussian"` and `beta=1` it is the true bound for unit variance (pictures in
[-1, 1]); a Gaussian of variance s^2 is the same objective as `beta = s^2`. With `likelihood="bernoulli"` pictures are
taken as probabilities in [0, 1] and `beta=1` is the bound.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import Field
from torch import Tensor, nn

from training.models.base import StatelessObjective
from training.models.blocks import modules_of
from training.models.family import Batch, Losses, Moment, Phase
from training.objectives.reconstruction import Reconstruction, ReconstructionOptions

ACTIVE_VARIANCE = 0.01
"""A dimension is active when its encoded means vary by more than this (Burda et al. 2016)."""


class ElboOptions(ReconstructionOptions):
    beta: float = Field(1.0, description="weight of the KL divergence; 1 is the true bound", ge=0, le=1000)
    beta_warm_up: float = Field(0.1, description="share of the training over which beta rises from 0", ge=0, le=1)
    free_bits: float = Field(
        0.0,
        description="KL per dimension below which nothing is charged",
        ge=0,
        le=100,
        json_schema_extra={"unit": "nats"},
    )
    capacity: float = Field(
        0.0,
        description="KL that the code is led to; 0 charges beta x KL instead",
        ge=0,
        le=10_000,
        json_schema_extra={"unit": "nats"},
    )
    capacity_rise: float = Field(0.8, description="share of the training over which the capacity rises", ge=0, le=1)
    capacity_weight: float = Field(30.0, description="what a nat beside the capacity costs (gamma)", ge=0, le=1e5)


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)) per dimension, (n, dim), in nats (Kingma & Welling 2014, app. B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)


def kl_charge(divergences: Tensor, options: ElboOptions, progress: float) -> Tensor:
    """What the KL divergence costs at a place in the training, a scalar.

    beta x sum of max(KL_i, free bits) (Higgins et al. 2017; Kingma et al. 2016), or with a capacity C
    gamma x |KL - C|, where C rises linearly to its value (Burgess et al. 2018, eq. 8).

    Parameters
    ----------
    divergences
        KL of each dimension, (dim,), averaged over the batch.
    progress
        Share of the training done, 0 to 1.
    """
    if options.capacity:
        capacity = options.capacity * _risen(progress, options.capacity_rise)
        return options.capacity_weight * (divergences.sum() - capacity).abs()
    beta = options.beta * _risen(progress, options.beta_warm_up)
    return beta * divergences.clamp_min(options.free_bits).sum()


def _risen(progress: float, share: float) -> float:
    return min(1.0, progress / share) if share else 1.0


def reconstructed(model: nn.Module, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean and log-variance (n, dim) of q(z | x), and the picture decoded from a draw of it, all float32."""
    encoder, decoder = modules_of(model, "encoder", "decoder")
    mean, log_variance = encoder(images)
    pictures = decoder(mean + torch.randn_like(mean) * (0.5 * log_variance).exp())
    return mean, log_variance, pictures.float()


class Elbo(StatelessObjective):
    """Reconstruction + charge for the KL divergence, averaged over the batch."""

    phases: tuple[Phase, ...] = (Phase("autoencoder", ("encoder", "decoder")),)

    def __init__(self, options: ElboOptions, device: str = "cpu") -> None:
        self.options = options
        self.reconstruction = Reconstruction(options, device)

    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses:
        """See `TrainingObjective`."""
        mean, log_variance, reconstructions = reconstructed(model, batch.images)
        with torch.autocast(batch.images.device.type, enabled=False):
            return self.losses(batch.images, reconstructions, mean, log_variance, progress=moment.progress)

    def losses(
        self, images: Tensor, reconstructions: Tensor, mean: Tensor, log_variance: Tensor, *, progress: float
    ) -> Losses:
        """The terms for given outputs of encoder and decoder (float32)."""
        total, parts = self.reconstruction(images, reconstructions)
        divergences = gaussian_kl(mean, log_variance).mean(0)
        total = total + kl_charge(divergences, self.options, progress)
        parts |= {"kl": divergences.sum(), "active": active_dimensions(mean)}
        return Losses(total, {name: value.detach() for name, value in parts.items()})

    @torch.no_grad()
    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        """`total` at the full weight of the KL term, its parts, and `kl/z0`, `kl/z1`, ... in nats."""
        (encoder,) = modules_of(model, "encoder")
        losses = self.loss("autoencoder", model, batch, Moment(0, 1.0))
        return {"total": losses.total, **losses.parts, **per_dimension(*encoder(batch.images))}


def per_dimension(mean: Tensor, log_variance: Tensor) -> dict[str, Tensor]:
    """The KL divergence of each dimension, averaged over the batch, by name: `kl/z0`, `kl/z1`, ..."""
    return {f"kl/z{i}": value for i, value in enumerate(gaussian_kl(mean, log_variance).mean(0))}


def active_dimensions(mean: Tensor) -> Tensor:
    """How many dimensions of the encoded means (n, dim) vary over the batch, a scalar."""
    return (mean.var(0, unbiased=False) > ACTIVE_VARIANCE).sum()
