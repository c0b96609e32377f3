"""The modules of a checkpoint of the family `layers`. This module imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.models.layer_kinds import ToSigned
from training.models.layers import LayersError, Mean, StoredLayers, StoredRow, build_layers, layer_of, means_of


class RowMeans(nn.Module):
    """Pictures ``(n, c, size, size)`` in [-1, 1] to means ``(n, latent)``; ``unit`` for layers that take [0, 1]."""

    def __init__(self, layers: nn.Module, mean: Mean, latent: int, *, unit: bool) -> None:
        super().__init__()
        self.layers = layers
        self.mean, self.latent, self.unit = mean, latent, unit

    def forward(self, pictures: Tensor) -> Tensor:
        given = (pictures + 1) / 2 if self.unit else pictures
        return means_of(self.layers(given), self.mean, self.latent)


class RowEncoder(RowMeans):
    """The same as every encoder of a checkpoint gives it: the means come first."""

    def forward(self, pictures: Tensor) -> tuple[Tensor]:  # type: ignore[override]
        return (super().forward(pictures),)


class LayersModel(nn.Module):
    """A `decoder` and, where there is one, an `encoder`."""

    def __init__(self, stored: StoredLayers, latent: int, classes: int, picture: tuple[int, int, int]) -> None:
        super().__init__()
        modules, shape = _row(stored.decoder, (latent + classes,))
        if shape != picture:
            raise LayersError(f"its layers give pictures of {shape} and not of {picture} as it says")
        self.decoder = nn.Sequential(*modules, ToSigned(stored.values))
        if stored.encoder is not None:
            layers, _ = _row(stored.encoder, picture)
            self.encoder = RowEncoder(nn.Sequential(*layers), stored.encoder.mean, latent, unit=stored.encoder.unit)


def _row(row: StoredRow, shape: tuple[int, ...]) -> tuple[list[nn.Module], tuple[int, ...]]:
    tensors = {
        f"{number}.{name}": torch.empty(size, dtype=torch.int64 if name == "num_batches_tracked" else torch.float32)
        for number, own in enumerate(row.shapes)
        for name, size in own.items()
    }
    modules, shapes = build_layers([layer_of(fields) for fields in row.layers], tensors, shape)
    return modules, shapes[-1]
