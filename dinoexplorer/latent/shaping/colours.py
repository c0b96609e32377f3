"""The colours of a picture, few enough to choose from."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dinoexplorer.generators.generator import ByteArray

Colour = tuple[int, int, int]
_LUMA = np.array((0.299, 0.587, 0.114))  # ITU-R 601
_ALIKE = 24.0  # of 255: colours no further apart are one to the eye


def colours_of(picture: ByteArray, count: int) -> tuple[Colour, ...]:
    """At most ``count`` colours that a picture ``(h, w, 3)`` consists of, from light to dark.

    Fewer where there are no more that the eye tells apart.
    """
    found = Image.fromarray(picture).quantize(2 * count, method=Image.Quantize.MEDIANCUT)
    flat = np.array(found.getpalette() or [], np.uint8).reshape(-1, 3)
    numbers, pixels = np.unique(np.asarray(found), return_counts=True)
    kept: list[Colour] = []
    for number in numbers[np.argsort(-pixels, kind="stable")]:
        red, green, blue = (int(value) for value in flat[number])
        if all(np.hypot.reduce(np.subtract((red, green, blue), other)) > _ALIKE for other in kept):
            kept.append((red, green, blue))
    return tuple(sorted(kept[:count], key=lambda colour: -float(np.dot(colour, _LUMA))))
