"""Any generator that opens here as the subject of an evaluation: those of other programs have no other way there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from dinoexplorer.generators.differentiable import Differentiable, differentiable
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator
from dinoexplorer.reports.identity import identity_of
from training.evaluation.features.pixels import resized
from training.evaluation.subject import Bytes, Floats, Judge, LogWeights

LARGEST = 256
"""Pictures are compared at no larger a side: what looks at them sees no more than 299 pixels, and thousands of larger
ones do not fit into memory."""
_PIXELS_AT_ONCE = 64 * 64 * 64


class GeneratorSubject:
    """See `training.evaluation.subject.Subject`."""

    log_weights: LogWeights | None = None
    likelihood = ""
    judge: Judge | None = None

    def __init__(self, generator: Generator) -> None:
        info = generator.info
        self.name, self.sha256 = info.name, identity_of(info)
        self.size, self.grey = min(info.image_size, LARGEST), info.channels == 1
        self.dim, self.has_encoder = info.latent.dim, info.encoder
        self.classes = info.classes if info.conditional else ()
        self._generator, self._info = generator, info
        self._at_once = max(1, min(64, _PIXELS_AT_ONCE // info.image_size**2))
        self._way = _way_through(generator)
        self.floats: Callable[[Floats], Floats] | None = None if self._way is None else self._floats

    def sample(self, count: int, seed: int) -> Floats:
        """See `Subject`."""
        return self._info.latent.sample(count, seed)

    def decode(self, codes: Floats) -> Bytes:
        """See `Subject`."""
        if self._way is not None:
            return np.asarray(np.round(self._floats(codes)), np.uint8)
        blocks = [self._sized(self._generator.decode(block)) for block in self._blocks(codes)]
        return np.concatenate(blocks)

    def encode(self, pictures: Bytes) -> Floats:
        """See `Subject`."""
        side = self._info.image_size
        blocks = [self._generator.encode(_bytes(resized(block, side))) for block in self._blocks(pictures)]
        return np.concatenate(blocks)

    @torch.no_grad()
    def _floats(self, codes: Floats) -> Floats:
        if self._way is None:
            raise GeneratorError("This kind of generator gives pictures as bytes only.")
        blocks = []
        for block in self._blocks(codes):
            pictures = self._way.decode(torch.from_numpy(block).to(self._way.device)).float()
            levels = pictures.clamp(-1, 1).add(1).mul(127.5)
            if levels.shape[-1] != self.size:
                levels = functional.interpolate(
                    levels, size=(self.size, self.size), mode="bilinear", antialias=True
                ).clamp(0, 255)
            blocks.append(levels.permute(0, 2, 3, 1).expand(-1, -1, -1, 3).cpu().numpy())
        return np.concatenate(blocks)

    def _sized(self, pictures: Bytes) -> Bytes:
        return pictures if pictures.shape[1] == self.size else _bytes(resized(pictures, self.size))

    def _blocks(self, values: np.ndarray) -> list[np.ndarray]:
        starts = range(0, len(values), self._at_once)
        return [np.ascontiguousarray(values[start : start + self._at_once]) for start in starts]


def _way_through(generator: Generator) -> Differentiable | None:
    try:
        return differentiable(generator)
    except GeneratorError:
        return None


def _bytes(pictures: torch.Tensor) -> Bytes:
    return np.asarray(pictures.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy())
