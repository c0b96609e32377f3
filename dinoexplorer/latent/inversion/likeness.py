"""How far decoded pictures are from the one that is looked for: pixels, outlines, features. Imports torch."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from dinoexplorer.generators.differentiable import Differentiable
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.inversion.asking import Losses
from training.objectives.edges import edge_distance

_SOFT = 1e-3  # of the range: below, Charbonnier's loss is squared, above absolute
_LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as pictures of a training on grey are made
_TINY = 1e-12


class Likeness:
    """The weighted distance of pictures ``(n, c, h, w)`` in [-1, 1] from one, ``(n,)``; 0 for the same picture.

    Parameters
    ----------
    target : uint8 (h, w, 3)
    weights : float32 (h, w) or None
        How much each pixel counts, from 0 for one that is not known; None for all alike.
    """

    def __init__(
        self, decoder: Differentiable, target: ByteArray, losses: Losses, weights: Tensor | None = None
    ) -> None:
        self._decoder = decoder
        self._losses = losses
        self.target = as_tensor(target, decoder)
        self._weights = torch.ones_like(self.target[0, 0]) if weights is None else weights.to(decoder.device)
        self._sum = self._weights.sum().clamp_min(_TINY) * self.target.shape[1]
        self._features: tuple[Tensor, ...] = ()
        if losses.features > 0 and decoder.encodes:
            with torch.no_grad():
                self._features = decoder.encode(self.target)[1]

    def __call__(self, pictures: Tensor) -> Tensor:
        losses = self._losses
        offsets = 0.5 * (pictures - self.target)  # of pictures in [0, 1]
        total = losses.pixels * (self._weights * _penalty(offsets, losses.of_pixels)).flatten(1).sum(1) / self._sum
        if losses.edges > 0:
            weighted = self._weights * offsets
            total = total + losses.edges * edge_distance(torch.zeros_like(weighted), weighted) / self._sum
        if self._features:
            total = total + losses.features * self._feature_distance(pictures)
        return total

    def squared(self, pictures: Tensor) -> Tensor:
        """The mean squared error where the picture is known, of pictures in [0, 1], ``(n,)``: what PSNR is made of."""
        offsets = 0.5 * (pictures.clamp(-1, 1) - self.target)
        return (self._weights * offsets.square()).flatten(1).sum(1) / self._sum

    def _feature_distance(self, pictures: Tensor) -> Tensor:
        """The encoder's layers' squared distances as shares of what the picture itself is there, averaged."""
        distances = [
            (found - wanted).square().flatten(1).mean(1) / wanted.square().mean().clamp_min(_TINY)
            for found, wanted in zip(self._decoder.encode(pictures)[1], self._features, strict=True)
        ]
        return torch.stack(distances).mean(dim=0)


def as_tensor(picture: ByteArray, decoder: Differentiable) -> Tensor:
    """A picture ``(h, w, 3)`` as the decoder makes them, ``(1, c, h, w)`` in [-1, 1]."""
    values = torch.from_numpy(picture.copy()).to(decoder.device).permute(2, 0, 1)[None].float() / 127.5 - 1
    if decoder.info.channels == 3:
        return values
    luma = torch.tensor(_LUMA, device=decoder.device).view(1, 3, 1, 1)
    return (values * luma).sum(dim=1, keepdim=True)


def as_bytes(pictures: Tensor) -> ByteArray:
    """Pictures ``(n, c, h, w)`` in [-1, 1] as `Generator.decode` gives them, ``(n, h, w, 3)``."""
    levels = pictures.detach().mul(127.5).add(128.0).clamp(0, 255).to(torch.uint8).expand(-1, 3, -1, -1)
    result: ByteArray = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return result


def _penalty(offsets: Tensor, kind: Literal["charbonnier", "squared"]) -> Tensor:
    return offsets.square() if kind == "squared" else (offsets.square() + _SOFT**2).sqrt() - _SOFT
