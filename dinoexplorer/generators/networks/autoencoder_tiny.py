"""The tiny distilled autoencoder (TAESD) as diffusers names its tensors (``AutoencoderTiny``): two rows of layers.

Layers without tensors are found by the numbers that are missing: behind the first convolution of the decoder an
activation, further on a doubling of the size.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from dinoexplorer.generators.networks.autoencoder_kl import Style

_RANGE = 3.0
"""The decoder squashes latents beyond this."""
_MOST_LAYERS, _MOST_HALVINGS = 200, 6


class Block(nn.Module):
    """Three convolutions beside a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, style: Style) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, padding=1), style.act(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1), style.act(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1),
        )  # fmt: skip
        same = channels_in == channels_out
        self.skip = nn.Identity() if same else nn.Conv2d(channels_in, channels_out, 1, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        return torch.relu(self.conv(maps) + self.skip(maps))


class AutoencoderTiny(nn.Module):
    """Pictures in [-1, 1] to a grid and back.

    Parameters
    ----------
    factor, mode
        Of each doubling in the decoder, as the configuration has it.
    """

    def __init__(self, tensors: Mapping[str, Tensor], style: Style, factor: int = 2, mode: str = "nearest") -> None:
        super().__init__()
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self.encoder.layers = nn.Sequential(*_layers(tensors, "encoder.layers", style, None))
        self.decoder.layers = nn.Sequential(
            *_layers(tensors, "decoder.layers", style, nn.Upsample(scale_factor=factor, mode=mode))
        )
        halvings = sum(isinstance(part, nn.Conv2d) and part.stride == (2, 2) for part in self.encoder.modules())
        doublings = sum(isinstance(part, nn.Upsample) for part in self.decoder.layers)
        if halvings > _MOST_HALVINGS or factor**doublings != 2**halvings:
            raise ValueError(f"it halves a picture {halvings} times and enlarges it by {factor}, {doublings} times")

    def encode(self, pictures: Tensor) -> Tensor:
        grid: Tensor = self.encoder.get_submodule("layers")((pictures + 1) / 2)
        return grid

    def decode(self, grid: Tensor) -> Tensor:
        unit: Tensor = self.decoder.get_submodule("layers")(torch.tanh(grid / _RANGE) * _RANGE)
        return unit * 2 - 1


def _layers(tensors: Mapping[str, Tensor], prefix: str, style: Style, double: nn.Module | None) -> list[nn.Module]:
    """The layers of one half; ``double`` is put where a number is missing, but for the activation behind the first."""
    last = max(int(name.removeprefix(f"{prefix}.").partition(".")[0]) for name in tensors if name.startswith(prefix))
    if last > _MOST_LAYERS:
        raise ValueError(f"one half has {last + 1} layers")
    layers: list[nn.Module] = []
    for number in range(last + 1):
        block = tensors.get(f"{prefix}.{number}.conv.0.weight")
        weight = tensors.get(f"{prefix}.{number}.weight")
        if block is not None:
            layers.append(Block(block.shape[1], block.shape[0], style))
        elif weight is not None:
            bias = f"{prefix}.{number}.bias" in tensors
            halves = double is None and 0 < number < last
            layers.append(nn.Conv2d(weight.shape[1], weight.shape[0], 3, 2 if halves else 1, padding=1, bias=bias))
        elif number == 1 or double is None:
            layers.append(style.act())
        else:
            layers.append(double)
    return layers
