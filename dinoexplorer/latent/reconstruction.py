"""How well a generator brings back an image it was given."""

from __future__ import annotations

import numpy as np

from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator


def reconstruction_errors(generator: Generator, codes: FloatArray, images: ByteArray) -> FloatArray:
    """Mean squared error of the decoded ``codes (n, dim)`` against the ``images (n, h, w, 3)`` they are of ``(n,)``.

    Of values in [0, 1]; not a number where a code is none.
    """
    errors = np.full(len(images), np.nan, np.float32)
    good = np.flatnonzero(np.isfinite(codes).all(axis=1))
    if len(good):
        difference = (generator.decode(codes[good]).astype(np.float32) - images[good]) / 255
        errors[good] = (difference**2).mean(axis=(1, 2, 3))
    return errors
