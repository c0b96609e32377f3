"""Saving the picture: the exact path of the generator, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, Generator


def proposed_path(folder: Path, name: str) -> Path:
    """The first of ``NAME-0001.png``, ``NAME-0002.png``, ... that is not there yet."""
    number = 1
    while (path := folder / f"{name}-{number:04d}.png").exists():
        number += 1
    return path


def save_picture(generator: Generator, code: FloatArray, path: Path) -> Path:
    """Decode ``code`` at the generator's own size and write it as PNG.

    Raises
    ------
    GeneratorError
        If it cannot be decoded or written; nothing is left behind then.
    """
    image = Image.fromarray(generator.decode(code[None])[0])
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            image.save(file, "PNG")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        cause = error.strerror or str(error)
        raise GeneratorError(f"{path} could not be written: {cause}; choose another place.") from None
    return path
