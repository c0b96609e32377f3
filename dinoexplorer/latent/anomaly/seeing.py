"""Pictures and what a model makes of them. Imports torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dinoexplorer.generators.differentiable import Differentiable, differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo
from dinoexplorer.latent.anomaly.heat import smoothed_errors

Told = Callable[[int, int], None]
"""Told how many pictures are done, and how many there are; it may raise to end the work."""
_BATCH = 32
_LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as grey models were trained


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What a model makes of ``n`` pictures.

    Attributes
    ----------
    info : GeneratorInfo
    codes : float32 (n, dim)
    rebuilt : uint8 (n, h, w, 3)
        What it brings back of each.
    errors : float32 (n, s, s)
        How far that is off, smoothed, at most 64 places to a side; levels of 0 to 255.
    features : float32 (n, f)
        Means over the places of each layer of the encoder, and of their change by bringing back.
    """

    info: GeneratorInfo
    codes: FloatArray
    rebuilt: ByteArray
    errors: FloatArray
    features: FloatArray

    def __len__(self) -> int:
        return len(self.codes)

    def some(self, rows: slice) -> Seen:
        """A part of it."""
        return Seen(
            self.info, self.codes[rows], self.rebuilt[rows], self.errors[rows], self.features[rows]
        )  # fmt: skip


class Eye:
    """Looks at pictures through an autoencoder; a millisecond or more for each, so away from the window.

    Raises
    ------
    GeneratorError
        If the generator has no encoder, or does not let its features be seen.
    """

    def __init__(self, generator: Generator) -> None:
        if not generator.info.encoder:
            raise GeneratorError(no_encoder(generator.info))
        self._generator = generator
        self._way = differentiable(generator)
        if not self._way.encodes:
            raise GeneratorError(
                f"The encoder of {generator.info.path.name} shows nothing of its layers, so there are no features to "
                "compare; open a model of PyTorch."
            )

    @property
    def info(self) -> GeneratorInfo:
        """Of the generator."""
        return self._generator.info

    def see(self, images: NDArray[np.uint8], progress: Told | None = None) -> Seen:
        """What becomes of pictures ``(n, size, size, 3)``; nothing between two batches is lost when told to end."""
        parts = []
        for start in range(0, len(images), _BATCH):
            parts.append(self._batch(np.ascontiguousarray(images[start : start + _BATCH])))
            if progress is not None:
                progress(min(start + _BATCH, len(images)), len(images))
        names = ("codes", "rebuilt", "errors", "features")
        return Seen(self.info, *(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def _batch(self, images: ByteArray) -> Seen:
        codes = self._generator.encode(images)
        rebuilt = self._generator.decode(codes)
        return Seen(
            self.info, codes, rebuilt, smoothed_errors(images, rebuilt), self._features(images, rebuilt)
        )  # fmt: skip

    def _features(self, images: ByteArray, rebuilt: ByteArray) -> FloatArray:
        before, after = (layer_features(self._way, pictures) for pictures in (images, rebuilt))
        return np.concatenate([*map(_pooled, before), *map(_change, before, after)], axis=1)


def no_encoder(info: GeneratorInfo) -> str:
    """The sentence for a generator that only decodes."""
    return (
        f"{info.path.name} has no encoder, so it cannot tell what is strange to it; "
        "open an autoencoder that was trained on the usual pictures."
    )


def layer_features(way: Differentiable, images: ByteArray) -> list[FloatArray]:
    """Pictures ``(n, h, w, 3)`` to what the encoder's layers make of them, ``(n, c, h, w)`` from fine to coarse.

    An encoder without such layers, as those of fully connected ones are, gives its codes instead.
    """
    pictures = torch.from_numpy(np.ascontiguousarray(images)).to(way.device).permute(0, 3, 1, 2).float() / 127.5 - 1
    if way.info.channels == 1:
        pictures = (pictures * torch.tensor(_LUMA, device=way.device).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    with torch.inference_mode():
        codes, layers = way.encode(pictures)
    return [layer.float().cpu().numpy() for layer in layers or (codes[..., None, None],)]


def _pooled(layer: FloatArray) -> FloatArray:
    return np.asarray(layer.mean(axis=(2, 3)), np.float32)


def _change(layer: FloatArray, again: FloatArray) -> FloatArray:
    return np.asarray(np.abs(layer - again).mean(axis=(2, 3)), np.float32)
