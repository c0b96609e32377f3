"""Picture files as a model was trained to see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.map_data import fit_of


def read_pictures(
    files: Sequence[Path], info: GeneratorInfo, unreadable: list[tuple[Path, str]]
) -> tuple[list[Path], ByteArray]:
    """Files and their pictures ``(n, size, size, 3)``; those that cannot be read go to ``unreadable`` with a reason."""
    from training.data.pictures import PictureError, load_picture  # noqa: PLC0415  only when pictures are read

    found, images = [], []
    for path in files:
        try:
            images.append(load_picture(path, info.image_size, info.channels, fit=fit_of(info)))
        except PictureError as error:
            unreadable.append((path, str(error)))
        else:
            found.append(path)
    if not images:
        return [], np.zeros((0, info.image_size, info.image_size, 3), np.uint8)
    stacked = np.stack(images)
    return found, stacked if info.channels == 3 else np.repeat(stacked, 3, axis=3)
