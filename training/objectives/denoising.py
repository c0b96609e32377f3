"""The loss of an autoencoder without a prior: plain, denoising (Vincent et al. 2010) or filling holes."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import Field
from torch import Tensor, nn

from training.models.base import StatelessObjective
from training.models.blocks import modules_of
from training.models.family import Batch, Losses, Moment, Phase
from training.objectives.elbo import active_dimensions
from training.objectives.holes import with_holes
from training.objectives.reconstruction import Reconstruction, ReconstructionOptions


class DenoisingOptions(ReconstructionOptions):
    gaussian: float = Field(0.0, description="deviation of noise added to the input; pictures span 2", ge=0, le=2)
    masking: float = Field(0.0, description="share of the input's pixels set to mid-grey", ge=0, lt=1)
    salt_and_pepper: float = Field(0.0, description="share of the input's pixels set to black or white", ge=0, lt=1)
    holes: float = Field(0.0, description="share of the pictures shown with a hole in mid-grey", ge=0, le=1)
    largest_hole: float = Field(0.5, description="a hole's largest width and height, of the picture's", gt=0, le=1)
    code_weight: float = Field(
        0.01, description="weight of half the squared length of the code, which keeps codes near 0", ge=0, le=1000
    )


def corrupted(images: Tensor, *, gaussian: float = 0.0, masking: float = 0.0, salt_and_pepper: float = 0.0) -> Tensor:
    """Pictures (n, c, h, w) with noise; a pixel is masked or struck in all its channels."""
    if gaussian:
        images = images + gaussian * torch.randn_like(images)
    if masking:
        images = images * (torch.rand_like(images[:, :1]) >= masking)
    if salt_and_pepper:
        chance = torch.rand_like(images[:, :1])
        extreme = torch.where(chance < 0.5 * salt_and_pepper, -1.0, 1.0)
        images = torch.where(chance < salt_and_pepper, extreme, images)
    return images


class Denoising(StatelessObjective):
    """Reconstruction of the clean picture from its corrupted self, and a pull of the code towards 0.

    The pull makes it a regularised autoencoder (Ghosh et al. 2020, RAE): codes stay where a mixture fitted to them
    after training can be drawn from.
    """

    phases: tuple[Phase, ...] = (Phase("autoencoder", ("encoder", "decoder")),)

    def __init__(self, options: DenoisingOptions, device: str = "cpu") -> None:
        self.options = options
        self.reconstruction = Reconstruction(options, device)

    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses:
        options = self.options
        seen = corrupted(
            batch.images, gaussian=options.gaussian, masking=options.masking, salt_and_pepper=options.salt_and_pepper
        )
        if options.holes:
            seen = with_holes(seen, options.holes, options.largest_hole)
        return self._losses(model, seen, batch.images)

    @torch.no_grad()
    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        """The loss of clean pictures, and as `denoised_psnr` in dB that of pictures with noise or holes, if any."""
        losses = self._losses(model, batch.images, batch.images)
        figures = {"total": losses.total, **losses.parts}
        options = self.options
        if options.gaussian or options.masking or options.salt_and_pepper or options.holes:
            figures["denoised_psnr"] = self.loss("autoencoder", model, batch, Moment(0, 1.0)).parts["psnr"]
        return figures

    def _losses(self, model: nn.Module, seen: Tensor, wanted: Tensor) -> Losses:
        encoder, decoder = modules_of(model, "encoder", "decoder")
        codes, _ = encoder(seen)
        reconstructions = decoder(codes)
        with torch.autocast(wanted.device.type, enabled=False):
            total, parts = self.reconstruction(wanted, reconstructions.float())
            parts["code"] = 0.5 * codes.square().sum(1).mean()
            parts["active"] = active_dimensions(codes)
            total = total + self.options.code_weight * parts["code"]
        return Losses(total, {name: value.detach() for name, value in parts.items()})
