"""The pixels themselves, at 32 x 32."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention

from training.evaluation.features import Features
from training.evaluation.material import Material
from training.evaluation.subject import Bytes, Floats

SIDE = 32


def load(material: Material) -> Features:  # noqa: ARG001  all kinds are loaded alike
    return Features(f"pixels at {SIDE} x {SIDE}", f"pixels {SIDE}", embed)


def embed(pictures: Bytes) -> Floats:
    """So scaled that the Euclidean distance of two pictures is the root mean square difference of their values."""
    small = resized(pictures, SIDE).flatten(1).numpy() / 255
    return np.asarray(small / np.sqrt(small.shape[1]), np.float32)


def resized(pictures: Bytes, side: int) -> torch.Tensor:
    """Float (n, 3, side, side) of 0 to 255, bilinear with antialiasing."""
    values = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    if values.shape[-1] == side and values.shape[-2] == side:
        return values
    return F.interpolate(values, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
