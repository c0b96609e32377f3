"""The objective of FastGAN (Liu et al. 2021): hinge, and a discriminator that rebuilds its real pictures."""

from __future__ import annotations

from typing import Literal, Protocol, cast

from pydantic import Field
from torch import Tensor, nn

from training.objectives.adversarial import Adversarial, AdversarialOptions
from training.objectives.edges import edge_distance


class RebuildingOptions(AdversarialOptions):
    loss: Literal["gan", "lsgan", "hinge", "wgan-gp"] = Field("hinge", description="gan, lsgan, hinge or wgan-gp")
    diffaugment: str = Field(
        "colour,translation,cutout", description="colour,translation,cutout or a part of it; empty for none"
    )
    rebuilding: float = Field(1.0, description="weight of the discriminator's reconstruction loss", ge=0, le=100)


class _Rebuilds(Protocol):
    def judge_and_rebuild(self, images: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]: ...


def rebuilding_loss(pairs: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Mean absolute difference of pixels and of outlines over pairs of pictures (n, c, h, w), a scalar.

    The authors compare in the features of a trained VGG (LPIPS), which we do not ship.
    """
    total = pairs[0][0].new_zeros(())
    for images, rebuilt in pairs:
        pixels = (images - rebuilt.float()).abs().mean()
        total = total + pixels + edge_distance(images, rebuilt.float()).mean() / images[0].numel()
    return total / len(pairs)


class RebuildingAdversarial(Adversarial):
    """`Adversarial` with the reconstruction loss on real pictures, as the part `rebuilding`."""

    def __init__(self, options: RebuildingOptions, dim: int) -> None:
        super().__init__(options, dim)
        self.weight = options.rebuilding

    def judge_real(self, discriminator: nn.Module, images: Tensor, weights: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        logits, pairs = cast("_Rebuilds", discriminator).judge_and_rebuild(images)
        return logits.float(), {"rebuilding": self.weight * rebuilding_loss(pairs)}
