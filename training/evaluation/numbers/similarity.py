"""How alike two pictures are."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own convention
from numpy.typing import NDArray
from torch import Tensor

Bytes = NDArray[np.uint8]
_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LEAST_ERROR = 1e-10
_AT_ONCE = 64


def squared_error(first: Bytes, second: Bytes) -> NDArray[np.float64]:
    """Mean squared difference of each pair (n, h, w, c), of values in [0, 1]; (n,)."""
    pairs = zip(first, second, strict=True)
    return np.array([float((((a.astype(np.float64) - b) / 255) ** 2).mean()) for a, b in pairs])


def psnr(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Peak signal-to-noise ratio in dB from `squared_error`; 100 where there is no difference at all."""
    return np.asarray(-10 * np.log10(np.maximum(errors, _LEAST_ERROR)))


@torch.no_grad()
def ssim(first: Bytes, second: Bytes) -> NDArray[np.float64]:
    """Structural similarity of each pair (n, h, w, c), (n,) (Wang et al. 2004, eq. 13).

    With the publication's Gaussian window of 11 pixels and deviation 1.5, at every place where it lies within the
    picture, averaged over channels; K1 = 0.01, K2 = 0.03.
    """
    found = [
        _ssim(*(torch.from_numpy(some[start : start + _AT_ONCE]).double() for some in (first, second)))
        for start in range(0, len(first), _AT_ONCE)
    ]
    return np.asarray(torch.cat(found).numpy())


def _ssim(first: Tensor, second: Tensor) -> Tensor:
    x, y = (some.permute(0, 3, 1, 2) for some in (first, second))
    count, channels = x.shape[:2]
    offsets = torch.arange(_WINDOW, dtype=torch.float64) - _WINDOW // 2
    line = torch.exp(-(offsets**2) / (2 * _SIGMA**2))
    line = line / line.sum()
    window = (line[:, None] * line).expand(1, 1, -1, -1)

    def local(values: Tensor) -> Tensor:
        return F.conv2d(values.reshape(count * channels, 1, *values.shape[2:]), window)

    mean_x, mean_y = local(x), local(y)
    variance_x, variance_y = local(x * x) - mean_x**2, local(y * y) - mean_y**2
    covariance = local(x * y) - mean_x * mean_y
    map_ = ((2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)) / (
        (mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2)
    )
    return map_.reshape(count, -1).mean(1)
