"""A distance between two sets of pictures that needs no trained network."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor

PATCH = 7
DIRECTIONS = 64
SMALLEST = 8
"""Side in pixels of the coarsest level."""


def sliced_wasserstein(images: Tensor, others: Tensor) -> Tensor:
    """Sliced Wasserstein distance between the patches of two equally large sets (Karras et al. 2018, section 5).

    Patches of 7 x 7 pixels at each level of a Laplacian pyramid are projected on fixed random directions; along each,
    sorted values are compared. Levels count alike: fine ones speak of texture, coarse ones of shapes and colours.

    Parameters
    ----------
    images, others
        float32 (n, c, h, w) in [-1, 1].

    Returns
    -------
    Tensor
        Scalar, in grey values (pictures span 2); 0 for equal sets. Small sets are further apart by chance, so compare
        only figures of equal n.
    """
    pairs = zip(projections(images), projections(others), strict=True)
    return torch.stack([transport(first, second) for first, second in pairs]).mean()


def projections(images: Tensor) -> list[Tensor]:
    """Of each level of the pyramid, the finest first, patches along the directions: (directions, n, places)."""
    generator = torch.Generator().manual_seed(7)
    directions = torch.randn(DIRECTIONS, images.shape[1] * PATCH * PATCH, generator=generator).to(images)
    directions = directions / directions.norm(dim=1, keepdim=True)
    return [_projected(level, directions) for level in _pyramid(images)]


def transport(first: Tensor, second: Tensor) -> Tensor:
    """The mean Wasserstein distance along the directions between two sets of patches, as `projections` gives them."""
    return (first.flatten(1).sort(1).values - second.flatten(1).sort(1).values).abs().mean()


def _pyramid(images: Tensor) -> list[Tensor]:
    levels = []
    while min(images.shape[-2:]) >= 2 * SMALLEST:
        smaller = F.avg_pool2d(images, 2)
        rebuilt = F.interpolate(smaller, size=images.shape[-2:], mode="bilinear", align_corners=False)
        levels.append(images - rebuilt)
        images = smaller
    return [*levels, images]


def _projected(images: Tensor, directions: Tensor) -> Tensor:
    """(directions, n, places): patches on a grid of at most 8 x 8 places a picture."""
    stride = max(1, (images.shape[-1] - PATCH) // 7)
    kernels = directions.view(len(directions), images.shape[1], PATCH, PATCH)
    return F.conv2d(images, kernels, stride=stride).transpose(0, 1).flatten(2)
