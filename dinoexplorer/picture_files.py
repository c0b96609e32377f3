"""Writing pictures: PNG, contact sheets and folders of them, whole or not at all."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from training.files import replace_file


def save_png(path: Path, image: ByteArray) -> None:
    """Write one image ``(h, w, 3)`` as PNG, atomically.

    Raises
    ------
    GeneratorError
        If the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            Image.fromarray(image).save(file, "PNG")
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def contact_sheet(images: ByteArray, columns: int | None = None) -> ByteArray:
    """Images ``(n, h, w, 3)`` row by row on one sheet without gaps; as square as can be unless told otherwise."""
    count, height, width, _ = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    padded = np.zeros((rows * columns, height, width, 3), np.uint8)
    padded[:count] = images
    sheet = padded.reshape(rows, columns, height, width, 3).swapaxes(1, 2)
    return np.ascontiguousarray(sheet.reshape(rows * height, columns * width, 3))
