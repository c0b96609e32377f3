"""Resampling with finite impulse responses, as StyleGAN does between its layers.

A filter is ``(taps,)``, applied along both axes, or ``(taps, taps)``. Both are convolutions in the strict sense: the
filter is turned around, unlike in what torch calls a convolution.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

_Pass = tuple[Tensor, tuple[bool, bool]]


def binomial() -> Tensor:
    """The filter (1, 3, 3, 1) of StyleGAN2, for files that do not hold it: ``(4, 4)``, its sum is 1."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    return torch.outer(taps, taps)


def upsampled(maps: Tensor, taps: Tensor | None, factor: int, before: int, after: int) -> Tensor:
    """Maps ``(n, c, h, w)`` with ``factor - 1`` zeros behind each value, padded or cropped, filtered.

    ``before`` and ``after`` count zeros at the top and left, and at the bottom and right; below 0 they crop. The filter
    is amplified so that brightness stays. Without a filter ``factor`` must be 1.
    """
    if taps is None:
        return _padded(maps, (before, after, before, after))
    for kernel, (down, across) in _passes(taps, maps.shape[1]):
        stride = (factor if down else 1, factor if across else 1)
        maps = functional.conv_transpose2d(
            maps, kernel * (stride[0] * stride[1]), stride=stride, groups=maps.shape[1]
        )  # every value that a tap of the filter meets: more than wanted at both ends
        rows = (before - kernel.shape[2] + 1, after + factor - kernel.shape[2]) if down else (0, 0)
        columns = (before - kernel.shape[3] + 1, after + factor - kernel.shape[3]) if across else (0, 0)
        maps = _padded(maps, (*columns, *rows))
    return maps


def downsampled(maps: Tensor, taps: Tensor | None, factor: int = 1, before: int = 0, after: int = 0) -> Tensor:
    """Maps padded or cropped, filtered, and every ``factor``-th value of them kept."""
    maps = _padded(maps, (before, after, before, after))
    if taps is None:
        return maps[..., ::factor, ::factor]
    for kernel, (down, across) in _passes(taps, maps.shape[1]):
        stride = (factor if down else 1, factor if across else 1)
        maps = functional.conv2d(maps, kernel.flip((2, 3)), stride=stride, groups=maps.shape[1])
    return maps


def _passes(taps: Tensor, channels: int) -> Iterator[_Pass]:
    """The filter as kernels ``(channels, 1, h, w)``, each with whether it works down and across."""
    if taps.ndim == 2:
        yield taps.expand(channels, 1, *taps.shape), (True, True)
        return
    yield taps[:, None].expand(channels, 1, taps.shape[0], 1), (True, False)
    yield taps[None].expand(channels, 1, 1, taps.shape[0]), (False, True)


def _padded(maps: Tensor, widths: tuple[int, int, int, int]) -> Tensor:
    return functional.pad(maps, widths) if any(widths) else maps
