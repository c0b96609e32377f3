"""Writing pictures: PNG, contact sheets and folders of them, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from training.files import replace_file, replace_text

LARGEST_SHEET = 89_000_000
"""Pixels of the largest picture we write: above, Pillow and programs like it suspect a decompression bomb."""


def save_png(path: Path, image: ByteArray, texts: Mapping[str, str] | None = None) -> None:
    """Write one image ``(h, w, 3)`` as PNG, atomically, with ``texts`` by keyword among its metadata.

    Raises
    ------
    GeneratorError
        If the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            Image.fromarray(image).save(file, "PNG", pnginfo=_metadata(texts or {}))
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def save_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all, with the folders that lead to it.

    Raises
    ------
    GeneratorError
        If the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror or error}; choose another place.") from None


def _metadata(texts: Mapping[str, str]) -> PngImagePlugin.PngInfo:
    metadata = PngImagePlugin.PngInfo()
    for keyword, text in texts.items():  # Pillow itself refuses to read longer ones that are compressed
        metadata.add_itxt(keyword, text, zip=len(text.encode()) <= PngImagePlugin.MAX_TEXT_CHUNK)
    return metadata


def contact_sheet(batches: Iterable[ByteArray], rows: int, columns: int, size: int) -> ByteArray:
    """Batches of images ``(n, size, size, 3)`` row by row on one sheet without gaps; black where none is left."""
    sheet = np.zeros((rows, size, columns, size, 3), np.uint8)
    place = 0
    for batch in batches:
        for image in batch:
            sheet[place // columns, :, place % columns] = image
            place += 1
    return sheet.reshape(rows * size, columns * size, 3)
