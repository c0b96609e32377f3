"""How far a reconstruction is from its picture: the part that all autoencoders share.

All figures are in nats per image, summed over pixels and channels. With `likelihood="gaussian"` the term is
-log N(x; x', I) up to its constant; a Gaussian of variance s^2 is the same objective with every other term times s^2.
With `likelihood="bernoulli"` pictures are taken as probabilities in [0, 1].
"""

from __future__ import annotations

import math

import torch.nn.functional as F  # noqa: N812  torch's own convention
from pydantic import Field
from torch import Tensor

from training.config import Section
from training.objectives.edges import edge_distance
from training.objectives.perceptual import PerceptualDistance
from training.objectives.structure import structural_dissimilarity


class ReconstructionOptions(Section):
    likelihood: str = Field(
        "gaussian",
        description="gaussian, laplace or bernoulli reconstruction",
        pattern="^(gaussian|laplace|bernoulli)$",
    )
    edge_weight: float = Field(0.0, description="weight of the outline term", ge=0, le=1000)
    structure_weight: float = Field(0.0, description="weight of the structure term (1 - SSIM)", ge=0, le=1000)
    perceptual_weight: float = Field(
        0.0, description="weight of the feature distance, needs perceptual_weights", ge=0, le=1e6
    )
    perceptual_weights: str = Field("", description="path of a squeezenet1_0.safetensors with torchvision's names")


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


def psnr(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Mean peak signal-to-noise ratio in dB; the peak is 2 (from -1 to 1)."""
    squared = (images - reconstructions).detach().square().flatten(1).mean(1).clamp_min(1e-10)
    return (10.0 * (math.log10(4.0) - squared.log10())).mean()


class Reconstruction:
    """Likelihood (+ edges, + structure, + perceptual), averaged over the batch; its own network lies on `device`."""

    def __init__(self, options: ReconstructionOptions, device: str = "cpu") -> None:
        self.options = options
        self.perceptual = None
        if options.perceptual_weight > 0:
            self.perceptual = PerceptualDistance.load(options.perceptual_weights).to(device)

    def __call__(self, images: Tensor, reconstructions: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum, a scalar, and its parts: `reconstruction`, `edges`, `structure`, `perceptual`, `psnr`."""
        options = self.options
        total = reconstruction_nats(images, reconstructions, options.likelihood).mean()
        parts = {"reconstruction": total}
        if options.edge_weight:
            parts["edges"] = edge_distance(images, reconstructions).mean()
            total = total + options.edge_weight * parts["edges"]
        if options.structure_weight:
            parts["structure"] = structural_dissimilarity(images, reconstructions).mean()
            total = total + options.structure_weight * parts["structure"]
        if self.perceptual is not None:
            parts["perceptual"] = self.perceptual(images, reconstructions).mean()
            total = total + options.perceptual_weight * parts["perceptual"]
        parts["psnr"] = psnr(images, reconstructions)
        return total, parts
