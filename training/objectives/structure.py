"""A reconstruction term that looks at local contrast and structure."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor

WINDOW, STRIDE = 8, 4
_C2 = (0.03 * 2.0) ** 2


def structural_dissimilarity(images: Tensor, reconstructions: Tensor) -> Tensor:
    """1 - the contrast and structure of SSIM (Wang et al. 2004, eq. 13), summed over pixels and channels.

    Brightness is left to the likelihood. Squared error lets small things fade where it is not sure of them; their
    contrast is what this term asks for. Beside others it keeps detail that they lose (Zhao et al. 2017).

    Parameters
    ----------
    images, reconstructions
        float32 (n, c, h, w) in [-1, 1], at least 8 pixels high and wide.

    Returns
    -------
    Tensor
        (n,). Windows are 8 x 8 and 4 apart: one at every pixel costs sixteen times as much and says the same.
    """
    mean_x, mean_y = _local_mean(images), _local_mean(reconstructions)
    variance_x = _local_mean(images.square()) - mean_x.square()
    variance_y = _local_mean(reconstructions.square()) - mean_y.square()
    covariance = _local_mean(images * reconstructions) - mean_x * mean_y
    similarity = ((2 * covariance + _C2) / (variance_x + variance_y + _C2)).flatten(1).mean(1)
    return (1.0 - similarity) * images[0].numel()


def _local_mean(values: Tensor) -> Tensor:
    return F.avg_pool2d(values, WINDOW, STRIDE)
