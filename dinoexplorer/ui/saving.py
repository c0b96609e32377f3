"""Saving the picture: the exact path of the generator, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from dinoexplorer.generators.generator import FloatArray, Generator
from dinoexplorer.picture_files import save_png


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
    save_png(path, generator.decode(code[None])[0])
    return path


def pictures_folder() -> str:
    """Where the system keeps pictures."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or str(Path.home())
