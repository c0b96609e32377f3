"""Steering a grid of latents by few numbers: the principal components of pictures that were encoded.

A code is a place on the components, in standard deviations of the encoded pictures: 0 is their mean picture, and the
prior is close to a standard normal. This module imports torch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import LatentSpec
from dinoexplorer.generators.networks.loading import fitting
from dinoexplorer.generators.reading import Built
from training.data.cache import cache_file
from training.data.images import DataError, open_images
from training.files import replace_file

COMPONENTS = 64
_PICTURES = "builtin:dinosaurs"
_COUNT = 96
"""Large autoencoders take a CPU a second or more for each."""
_VERSION = 1
_BATCH = 8
FloatArray = NDArray[np.float32]


class GridAutoencoder(Protocol):
    """Pictures ``(n, c, h, w)`` in [-1, 1] to a grid ``(n, k, h / f, w / f)``, and back."""

    def encode(self, pictures: Tensor) -> Tensor: ...

    def decode(self, grid: Tensor) -> Tensor: ...


@dataclass(frozen=True, eq=False, slots=True)
class Components:
    """Where encoded pictures lie: ``mean (grid,)`` and ``axes (k, grid)``, each one standard deviation long."""

    mean: FloatArray
    axes: FloatArray


class GridDecoder(nn.Module):
    """Codes ``(n, k)`` to pictures."""

    def __init__(self, network: GridAutoencoder, components: Components, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.network = network
        self.shape = shape
        self.register_buffer("mean", torch.from_numpy(components.mean))
        self.register_buffer("axes", torch.from_numpy(components.axes))

    def forward(self, codes: Tensor) -> Tensor:
        grid = self.get_buffer("mean") + codes @ self.get_buffer("axes")
        return self.network.decode(grid.reshape(-1, *self.shape)).clamp(-1, 1)


class GridEncoder(nn.Module):
    """Pictures to codes ``(n, k)``: what of their grids lies on the components."""

    def __init__(self, network: GridAutoencoder, components: Components) -> None:
        super().__init__()
        self.network = network
        axes = torch.from_numpy(components.axes)
        self.register_buffer("mean", torch.from_numpy(components.mean))
        self.register_buffer("back", (axes / axes.square().sum(dim=1, keepdim=True)).T.contiguous())

    def forward(self, pictures: Tensor) -> Tensor:
        grid = self.network.encode(pictures).flatten(1)
        return (grid - self.get_buffer("mean")) @ self.get_buffer("back")


def steered(network: GridAutoencoder, tensors: Mapping[str, Tensor], size: int, channels: int) -> Built:
    """The autoencoder as a generator of pictures of ``size``; the components are computed once and then kept."""
    with fitting("an autoencoder's"), torch.inference_mode():
        grid = network.encode(torch.zeros(1, channels, size, size))
        made = network.decode(grid)
    if made.shape[1:] != (channels, size, size):
        raise GeneratorError(
            f"The autoencoder turns {channels} x {size} x {size} pictures into {' x '.join(map(str, made.shape[1:]))};"
            " only those that give back the size they were given can be explored."
        )
    kept = cache_file("components", _VERSION, fingerprint(tensors), size, channels)
    components = _read(kept, grid[0].numel())
    if components is None:
        components = _computed(network, size, channels, _COUNT)
        _write(kept, components)
    count = len(components.axes)
    latent = LatentSpec(count, np.zeros(count, np.float32), np.ones(count, np.float32),
                        names=tuple(f"component {number}" for number in range(1, count + 1)))  # fmt: skip
    decoder = GridDecoder(network, components, tuple(grid.shape[1:]))
    return Built(decoder, latent, size, channels, GridEncoder(network, components))


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _computed(network: GridAutoencoder, size: int, channels: int, count: int) -> Components:
    try:
        pictures = open_images(_PICTURES, size=size, channels=channels, count=count).images
    except DataError as error:
        raise GeneratorError(f"The pictures that the components come from cannot be drawn: {error}.") from None
    grids = []
    with torch.inference_mode():
        for start in range(0, count, _BATCH):
            batch = torch.from_numpy(np.array(pictures[start : start + _BATCH])).permute(0, 3, 1, 2)
            grids.append(network.encode(batch.float() / 127.5 - 1).flatten(1))
    return principal(torch.cat(grids).numpy())


def principal(grids: FloatArray, most: int = COMPONENTS) -> Components:
    """The principal components of grids ``(n, grid)``, the widest first; those without any width are left out.

    Through the Gram matrix: there are far fewer pictures than numbers in a grid.
    """
    if not np.isfinite(grids).all():
        raise GeneratorError("The encoder gives values that are not finite numbers; the weights are damaged.")
    mean = grids.mean(axis=0)
    centred = (grids - mean).astype(np.float64)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    values, vectors = values[::-1], vectors[:, ::-1]
    kept = min(most, len(grids) - 1, int((values > max(values[0], 0) * 1e-9).sum()))
    if kept < 1:
        raise GeneratorError(
            "The encoder gives the same grid for every picture; the weights are not a trained model's."
        )
    axes = (vectors[:, :kept].T @ centred) / np.sqrt(len(grids) - 1)
    signs = np.sign(axes[np.arange(kept), np.abs(axes).argmax(axis=1)])
    return Components(mean.astype(np.float32), (axes * signs[:, None]).astype(np.float32))


def _read(path: Path, numbers: int) -> Components | None:
    with suppress(OSError, ValueError, KeyError, EOFError, BadZipFile), np.load(path, allow_pickle=False) as kept:
        mean, axes = kept["mean"], kept["axes"]
        if mean.shape == (numbers,) and axes.ndim == 2 and axes.shape[1] == numbers and len(axes):
            return Components(mean.astype(np.float32), axes.astype(np.float32))
    return None


def _write(path: Path, components: Components) -> None:
    with suppress(OSError):  # a cache that cannot be written only costs the next opening
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            np.savez(file, allow_pickle=False, mean=components.mean, axes=components.axes)
