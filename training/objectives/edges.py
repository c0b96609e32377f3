"""A reconstruction term that looks at outlines."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812  torch's own convention
from torch import Tensor

SCALES = 3


def edge_distance(images: Tensor, reconstructions: Tensor) -> Tensor:
    """L1 distance of the image gradients at three scales, summed over pixels and channels.

    The multi-scale gradient matching of Li & Snavely 2018 ("MegaDepth", eq. 3) on pictures instead of depths: a blurred
    outline costs little in squared error and much here.

    Parameters
    ----------
    images, reconstructions
        float32 (n, c, h, w) in [-1, 1].

    Returns
    -------
    Tensor
        (n,); coarser scales are weighted by the pixels they stand for, so that all scales count alike.
    """
    difference = reconstructions - images
    total = difference.new_zeros(len(difference))
    for scale in range(SCALES):
        if min(difference.shape[-2:]) < 2:
            break
        horizontal = (difference[..., :, 1:] - difference[..., :, :-1]).abs().flatten(1).sum(1)
        vertical = (difference[..., 1:, :] - difference[..., :-1, :]).abs().flatten(1).sum(1)
        total = total + (horizontal + vertical) * 4.0**scale
        difference = F.avg_pool2d(difference, 2)
    return total / SCALES
