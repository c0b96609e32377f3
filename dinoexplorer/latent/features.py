"""What pictures look like, as numbers: small pixels and their principal components."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dinoexplorer.generators.generator import ByteArray, FloatArray

_SIDE = 16
_COMPONENTS = 50


def small_pixels(images: ByteArray) -> FloatArray:
    """Images ``(n, h, w, 3)`` as pixels averaged over 16 x 16 areas, ``(n, 768)`` in [0, 1]."""
    small = [Image.fromarray(image).resize((_SIDE, _SIDE), Image.Resampling.BOX) for image in images]
    return np.stack([np.asarray(picture, np.float32).ravel() for picture in small]) / np.float32(255)


def principal_components(pixels: FloatArray, count: int = _COMPONENTS) -> FloatArray:
    """The first components of pixels ``(n, p)``, at most ``count`` of them, those that vary most first."""
    centred = pixels.astype(np.float64) - pixels.mean(axis=0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    kept = vectors[:, ::-1][:, : min(count, max(int((values > 1e-9 * values.max()).sum()), 2))]
    signs = np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    return np.asarray(centred @ (kept * np.where(signs == 0, 1, signs)), np.float32)
