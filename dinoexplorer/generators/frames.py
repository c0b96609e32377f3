"""Pictures as a network gives them, to the bytes that files and the screen take."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def to_bytes(pictures: Tensor) -> Tensor:
    """[-1, 1] to uint8, rounded to the nearest grey level."""
    return pictures.mul(127.5).add_(128.0).clamp_(0, 255).to(torch.uint8)


def scaled(picture: Tensor, side: int, *, smooth: bool) -> Tensor:
    """(1, c, h, w) to (1, c, side, side), bicubic or by repeating pixels."""
    height, width = picture.shape[-2:]
    if height == width == side:
        return picture
    if smooth:
        return functional.interpolate(picture, size=(side, side), mode="bicubic", antialias=True)
    places = torch.arange(side, device=picture.device)
    return picture[:, :, places * height // side][:, :, :, places * width // side]


def to_rgbx(picture: Tensor) -> Tensor:
    """Bytes (1, 1 or 3, h, w) as (1, 4, h, w), channels last, the fourth opaque: the layout that the screen takes."""
    _, _, height, width = picture.shape
    frame = torch.full((1, height, width, 4), 255, dtype=torch.uint8, device=picture.device)
    frame[0, :, :, :3] = picture[0].permute(1, 2, 0)
    return frame.permute(0, 3, 1, 2)
