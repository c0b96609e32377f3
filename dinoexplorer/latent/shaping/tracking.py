"""Where a point of the picture has gone: features of an inner layer, read between their cells.

Places are in pixels of the picture, ``(x, y)`` from its upper left corner; the middle of the first pixel is (0.5, 0.5).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_LEAST = 1e-6


def features_at(features: Tensor, places: Tensor, size: int) -> Tensor:
    """Features ``(1, c, h, w)`` at places ``(k, m, 2)`` of a picture of ``size`` pixels: ``(k, m, c)``, bilinear."""
    grid = (places * (2 / size) - 1)[None]
    return functional.grid_sample(features, grid, padding_mode="border", align_corners=False)[0].permute(1, 2, 0)


def square_around(radius: int, spacing: float, device: torch.device) -> Tensor:
    """Offsets ``(m, 2)`` of a square of (2 radius + 1) x (2 radius + 1) places."""
    steps = torch.arange(-radius, radius + 1, device=device, dtype=torch.float32) * spacing
    down, right = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([right, down], dim=-1).reshape(-1, 2)


def followed(features: Tensor, looks: Tensor, places: Tensor, window: Tensor, size: int) -> Tensor:
    """Places ``(k, 2)`` of what looked like ``looks (k, c)``: of a window around each old place the most alike.

    Of places that are equally alike the nearest one is taken.
    """
    around = (places[:, None] + window).clamp(0, size)
    distances = (features_at(features, around, size) - looks[:, None]).abs().sum(dim=2)
    far = window.norm(dim=1)
    nearest = (distances + 1e-4 * far * distances.mean(dim=1, keepdim=True).clamp_min(_LEAST)).argmin(dim=1)
    return around[torch.arange(len(places)), nearest]
