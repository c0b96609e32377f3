"""The pixels themselves, at 32 x 32."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention

from training.evaluation.features import Features
from training.evaluation.material import Material
from training.evaluation.subject import Bytes, Floats

SIDE = 32
LOOKS_SIDE = 16
_DARKEST = 1e-3
_AT_ONCE = 256


def load(material: Material) -> Features:  # noqa: ARG001  all kinds are loaded alike
    return Features(f"pixels at {SIDE} x {SIDE}", f"pixels {SIDE}", embed)


def embed(pictures: Bytes) -> Floats:
    """So scaled that the Euclidean distance of two pictures is the root mean square difference of their values."""
    small = resized(pictures, SIDE).flatten(1).numpy() / 255
    return np.asarray(small / np.sqrt(small.shape[1]), np.float32)


def looks(pictures: Bytes) -> Floats:
    """What is left of pictures without brightness, tint, contrast and fine detail: (n, 3 * 16 * 16), of length 1.

    Half the squared distance of two is 1 - r, with their correlation r. A picture without any contrast is 0.
    """
    blocks = range(0, len(pictures), _AT_ONCE)  # as float32 all of them would be many times as large
    small = torch.cat([resized(pictures[start : start + _AT_ONCE], LOOKS_SIDE) for start in blocks])
    centred = (small - small.mean((2, 3), keepdim=True)).flatten(1).numpy() / 255
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > _DARKEST, centred / np.maximum(lengths, _DARKEST), 0.0), np.float32)


def resized(pictures: Bytes, side: int) -> torch.Tensor:
    """Float (n, 3, side, side) of 0 to 255, bilinear with antialiasing."""
    values = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    if values.shape[-1] == side and values.shape[-2] == side:
        return values
    return F.interpolate(values, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
