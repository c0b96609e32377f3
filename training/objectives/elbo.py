"""The evidence lower bound of a variational autoencoder, with the terms that keep pictures crisp.

All figures are in nats per image: reconstruction terms are summed over pixels and channels, the KL divergence over
latent dimensions. With `likelihood="gaussian"` the reconstruction term is -log N(x; x', I) up to its constant, so
`beta=1` is the true ELBO for unit variance (pictures in [-1, 1]); a Gaussian of variance s^2 is the same objective
as `beta = s^2`. With `likelihood="bernoulli"` pictures are taken as probabilities in [0, 1] and `beta=1` is the ELBO.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from pydantic import Field
from torch import Tensor

from training.config import Section
from training.models.blocks import Autoencoder
from training.models.family import Losses
from training.objectives.edges import edge_distance
from training.objectives.perceptual import PerceptualDistance

ACTIVE_VARIANCE = 0.01
"""A dimension is active when its encoded means vary by more than this (Burda et al. 2016)."""


class ElboOptions(Section):
    likelihood: str = Field(
        "gaussian",
        description="gaussian, laplace or bernoulli reconstruction",
        pattern="^(gaussian|laplace|bernoulli)$",
    )
    beta: float = Field(1.0, description="weight of the KL divergence; 1 is the true bound", ge=0, le=1000)
    beta_warm_up: float = Field(0.1, description="share of the training over which beta rises from 0", ge=0, le=1)
    free_bits: float = Field(
        0.0,
        description="KL per dimension below which nothing is charged",
        ge=0,
        le=100,
        json_schema_extra={"unit": "nats"},
    )
    edge_weight: float = Field(0.0, description="weight of the outline term", ge=0, le=1000)
    perceptual_weight: float = Field(
        0.0, description="weight of the feature distance, needs perceptual_weights", ge=0, le=1e6
    )
    perceptual_weights: str = Field("", description="path of a squeezenet1_0.safetensors with torchvision's names")


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)) per dimension, (n, dim), in nats (Kingma & Welling 2014, app. B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)


def reconstruction_nats(images: Tensor, reconstructions: Tensor, likelihood: str) -> Tensor:
    """Negative log-likelihood per image, (n,), in nats, up to the constant of the density.

    Parameters
    ----------
    images, reconstructions
        float32 (n, c, h, w) in [-1, 1].
    likelihood
        `gaussian` (unit variance), `laplace` (unit scale) or `bernoulli` (pixels as probabilities).
    """
    if likelihood == "gaussian":
        return 0.5 * (images - reconstructions).square().flatten(1).sum(1)
    if likelihood == "laplace":
        return (images - reconstructions).abs().flatten(1).sum(1)
    targets, probabilities = 0.5 * (images + 1.0), 0.5 * (reconstructions + 1.0)
    return F.binary_cross_entropy(probabilities.clamp(0.0, 1.0), targets, reduction="none").flatten(1).sum(1)


class Elbo:
    """Reconstruction + beta x KL (+ edges, + perceptual), averaged over the batch; a `Loss`."""

    def __init__(self, options: ElboOptions, device: str = "cpu") -> None:
        self.options = options
        self.perceptual = None
        if options.perceptual_weight > 0:
            self.perceptual = PerceptualDistance.load(options.perceptual_weights).to(device)

    def __call__(self, model: Autoencoder, images: Tensor, *, progress: float) -> Losses:
        mean, log_variance = model.encoder(images)
        codes = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        reconstructions = model.decoder(codes)
        with torch.autocast(images.device.type, enabled=False):
            return self.losses(images, reconstructions.float(), mean, log_variance, progress=progress)

    def losses(
        self, images: Tensor, reconstructions: Tensor, mean: Tensor, log_variance: Tensor, *, progress: float
    ) -> Losses:
        """The terms for given outputs of encoder and decoder (float32)."""
        options = self.options
        reconstruction = reconstruction_nats(images, reconstructions, options.likelihood).mean()
        divergences = gaussian_kl(mean, log_variance).mean(0)
        beta = options.beta * (min(1.0, progress / options.beta_warm_up) if options.beta_warm_up else 1.0)
        total = reconstruction + beta * divergences.clamp_min(options.free_bits).sum()
        parts = {"reconstruction": reconstruction, "kl": divergences.sum()}
        if options.edge_weight:
            parts["edges"] = edge_distance(images, reconstructions).mean()
            total = total + options.edge_weight * parts["edges"]
        if self.perceptual is not None:
            parts["perceptual"] = self.perceptual(images, reconstructions).mean()
            total = total + options.perceptual_weight * parts["perceptual"]
        parts["psnr"] = _psnr(images, reconstructions)
        parts["active"] = (mean.var(0, unbiased=False) > ACTIVE_VARIANCE).sum()
        return Losses(total, {name: value.detach() for name, value in parts.items()})


def _psnr(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Mean peak signal-to-noise ratio in dB; the peak is 2 (from -1 to 1)."""
    squared = (images - reconstructions).detach().square().flatten(1).mean(1).clamp_min(1e-10)
    return (10.0 * (math.log10(4.0) - squared.log10())).mean()
