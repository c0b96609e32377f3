"""Wasserstein autoencoder with a maximum mean discrepancy between codes and prior (Tolstikhin et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import Field
from torch import Tensor, nn

from training.models.base import StatelessObjective
from training.models.blocks import modules_of
from training.models.family import Batch, Losses, Moment, Phase
from training.objectives.elbo import active_dimensions
from training.objectives.reconstruction import Reconstruction, ReconstructionOptions

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""The authors' multiples of the kernel's base scale: no single one fits the whole training."""


class MmdOptions(ReconstructionOptions):
    mmd_weight: float = Field(100.0, description="weight of the discrepancy between codes and prior", ge=0, le=1e6)


def kernel(a: Tensor, b: Tensor) -> Tensor:
    """Inverse multiquadrics sum_s C_s / (C_s + |a_i - b_j|^2), C_s = 2 dim s, of (n, dim) and (m, dim); (n, m).

    2 dim is the expected squared distance of two draws from N(0, I).
    """
    squared = (a[:, None] - b[None]).square().sum(2)
    total = torch.zeros_like(squared)
    for scale in SCALES:
        base = 2.0 * a.shape[1] * scale
        total = total + base / (base + squared)
    return total


def mmd(codes: Tensor, prior: Tensor) -> Tensor:
    """Unbiased estimate of the squared discrepancy of two sets (n, dim), n >= 2; a scalar that may be just below 0."""
    count = len(codes)
    within = kernel(codes, codes).sum() + kernel(prior, prior).sum() - 2 * count * len(SCALES)  # k(x, x) = 1 a scale
    return within / (count * (count - 1)) - 2 * kernel(codes, prior).mean()


class WaeMmd(StatelessObjective):
    """Reconstruction + mmd_weight x discrepancy; the encoder gives a point, not a spread."""

    phases: tuple[Phase, ...] = (Phase("autoencoder", ("encoder", "decoder")),)

    def __init__(self, options: MmdOptions, device: str = "cpu") -> None:
        self.options = options
        self.reconstruction = Reconstruction(options, device)

    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses:
        encoder, decoder = modules_of(model, "encoder", "decoder")
        codes, _ = encoder(batch.images)
        reconstructions = decoder(codes)
        with torch.autocast(batch.images.device.type, enabled=False):
            total, parts = self.reconstruction(batch.images, reconstructions.float())
            if len(codes) > 1:  # the last held-out batch may hold one picture
                parts["mmd"] = mmd(codes, torch.randn_like(codes))
                total = total + self.options.mmd_weight * parts["mmd"]
            parts["active"] = active_dimensions(codes)
        return Losses(total, {name: value.detach() for name, value in parts.items()})

    @torch.no_grad()
    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        losses = self.loss("autoencoder", model, batch, Moment(0, 1.0))
        return {"total": losses.total, **losses.parts}
