"""The convolutional autoencoder with a codebook between its halves, as diffusers names its tensors (``VQModel``).

Van den Oord et al., Neural Discrete Representation Learning, 2017; Esser et al., Taming Transformers, 2021.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from dinoexplorer.generators.networks.autoencoder_kl import Decoder, Encoder, Style, optional_convolution


class Codebook(nn.Module):
    """Each place of a grid replaced by the nearest of its vectors."""

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(count, width)

    def forward(self, grid: Tensor) -> Tensor:
        places = grid.permute(0, 2, 3, 1)
        nearest = torch.cdist(places.flatten(0, 2), self.embedding.weight).argmin(dim=1)
        found: Tensor = self.embedding(nearest).reshape(places.shape).permute(0, 3, 1, 2)
        return found


class VQModel(nn.Module):
    """`encode` gives the grid before the codebook; `decode` goes through it."""

    def __init__(self, tensors: Mapping[str, Tensor], style: Style) -> None:
        super().__init__()
        self.encoder = Encoder(tensors, style)
        self.quant_conv = optional_convolution(tensors, "quant_conv")
        count, width = tensors["quantize.embedding.weight"].shape
        self.quantize = Codebook(count, width)
        self.post_quant_conv = optional_convolution(tensors, "post_quant_conv")
        self.decoder = Decoder(tensors, style)

    def encode(self, pictures: Tensor) -> Tensor:
        made: Tensor = self.encoder(pictures)
        return made if self.quant_conv is None else self.quant_conv(made)

    def decode(self, grid: Tensor) -> Tensor:
        grid = self.quantize(grid)
        made: Tensor = self.decoder(grid if self.post_quant_conv is None else self.post_quant_conv(grid))
        return made
