"""Pictures of a reading that is not open: by them a person, or the program, tells one reading from another."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.generators.reading import Built

_SEED = 5


def sample_codes(built: Built, count: int) -> FloatArray:
    """Codes ``(count, dim)`` from its prior, always the same; with one class after the other where there are any."""
    codes = built.latent.sample(count, _SEED)
    if built.classes:
        weights = np.eye(len(built.classes), dtype=np.float32)
        codes[:, -len(built.classes) :] = weights[np.arange(count) % len(built.classes)]
    return codes


def pictures_of(built: Built, codes: FloatArray) -> ByteArray:
    """The pictures ``(n, size, size, 3)``."""
    import torch  # noqa: PLC0415  not before the first window

    with torch.inference_mode():
        pictures = built.decoder(torch.from_numpy(codes))
        levels = pictures.mul(127.5).add(128).clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(levels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).numpy())
