"""A subject that is told what it decodes, and sets of pictures for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.data.images import ImageSet, content_hashes, fingerprint_of
from training.evaluation.subject import Bytes, Floats, Judge, LogWeights


class Told:
    """Its codes are places in a list of pictures; between two places it blends."""

    sha256 = "told"
    name = "told"
    grey = False
    dim = 1
    classes: tuple[str, ...] = ()
    likelihood = ""
    judge: Judge | None = None
    log_weights: LogWeights | None = None
    floats: Callable[[Floats], Floats] | None = None

    def __init__(self, pictures: Bytes, *, encoder: bool = True) -> None:
        self.pictures, self.size, self.has_encoder = pictures, pictures.shape[1], encoder
        self.decoded = 0

    def sample(self, count: int, seed: int) -> Floats:
        return np.random.default_rng(seed).integers(len(self.pictures), size=(count, 1)).astype(np.float32)

    def decode(self, codes: Floats) -> Bytes:
        self.decoded += len(codes)
        return np.asarray(self.pictures[np.round(codes[:, 0]).astype(int)])

    def encode(self, pictures: Bytes) -> Floats:
        flat = self.pictures.reshape(len(self.pictures), -1).astype(np.float32)
        wanted = pictures.reshape(len(pictures), -1).astype(np.float32)
        return np.abs(wanted[:, None] - flat[None]).sum(2).argmin(1)[:, None].astype(np.float32)


def discs(count: int, seed: int, size: int = 16) -> tuple[Bytes, np.ndarray]:
    """Light discs on dark ground (class 0) and the reverse (class 1)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size]
    pictures, labels = np.empty((count, size, size, 3), np.uint8), np.arange(count, dtype=np.int32) % 2
    for index in range(count):
        cx, cy = rng.uniform(size * 0.3, size * 0.7, 2)
        disc = ((x - cx) ** 2 + (y - cy) ** 2 < rng.uniform(size * 0.15, size * 0.35) ** 2)[..., None]
        light, dark = rng.integers(150, 255, 3), rng.integers(0, 100, 3)
        pictures[index] = np.where(disc, light, dark) if labels[index] == 0 else np.where(disc, dark, light)
    return pictures, labels


def image_set(pictures: Bytes, labels: np.ndarray | None = None, classes: tuple[str, ...] = ()) -> ImageSet:
    hashes = content_hashes(pictures)
    labels = np.full(len(pictures), -1, np.int32) if labels is None else labels
    names = tuple(map(str, range(len(pictures))))
    return ImageSet(pictures, labels, classes, names, hashes, fingerprint_of(hashes, labels, classes))
