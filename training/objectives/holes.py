"""Pictures with holes, for trainings that learn to fill them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_LEAST = 0.15  # of the picture's side
_STROKES = 4
_ROUND = 0.5  # the chance that a hole is an ellipse; else it is a rectangle
_BRUSHED = 0.4  # the chance that a picture's hole is brushed instead of being one piece


def with_holes(images: Tensor, share: float, largest: float) -> Tensor:
    """Pictures (n, c, h, w) of which a `share` has a hole in mid-grey.

    A hole is a rectangle or an ellipse of up to `largest` of the side along each axis, or brushed with a few strokes
    that are thinner by a half: whatever a person may paint (Liu et al. 2018, "Image Inpainting for Irregular Holes").
    """
    return torch.where(holes_like(images, share, largest), 0.0, images)


def holes_like(images: Tensor, share: float, largest: float) -> Tensor:
    """Where the holes are, bool (n, 1, h, w), drawn from torch's default generator."""
    count, _, height, width = images.shape
    rows = (torch.arange(height, device=images.device) + 0.5).view(1, height, 1) / height
    columns = (torch.arange(width, device=images.device) + 0.5).view(1, 1, width) / width
    sizes = _LEAST + (max(largest, _LEAST) - _LEAST) * torch.rand(2, count, 1, 1, device=images.device)
    centres = torch.rand(2, count, 1, 1, device=images.device)
    down, right = (rows - centres[0]).abs() / sizes[0], (columns - centres[1]).abs() / sizes[1]
    is_round = torch.rand(count, 1, 1, device=images.device) < _ROUND
    pieces = torch.where(is_round, down.square() + right.square() <= 0.25, torch.maximum(down, right) <= 0.5)
    brushed = torch.rand(count, 1, 1, device=images.device) < _BRUSHED
    holes = torch.where(brushed, _strokes(rows, columns, count, largest), pieces)
    return (holes & (torch.rand(count, 1, 1, device=images.device) < share))[:, None]


def _strokes(rows: Tensor, columns: Tensor, count: int, largest: float) -> Tensor:
    """Brushed lines, each from where the last ended, bool (n, h, w)."""
    painted = torch.zeros(count, rows.shape[1], columns.shape[2], dtype=torch.bool, device=rows.device)
    place = torch.rand(2, count, 1, 1, device=rows.device)
    for _ in range(_STROKES):
        angle, length = (
            2 * math.pi * torch.rand(count, 1, 1, device=rows.device),
            largest * torch.rand(count, 1, 1, device=rows.device),
        )
        thickness = 0.25 * largest * (0.3 + 0.7 * torch.rand(count, 1, 1, device=rows.device))
        step = length * torch.stack([torch.sin(angle), torch.cos(angle)])
        down, right = rows - place[0], columns - place[1]
        along = ((down * step[0] + right * step[1]) / step.square().sum(0).clamp_min(1e-8)).clamp(0, 1)
        distance = (down - along * step[0]).square() + (right - along * step[1]).square()
        painted |= distance <= (0.5 * thickness).square()
        place = (place + step).clamp(0, 1)
    return painted
