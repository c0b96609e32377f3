"""Saving the picture: the exact path of the generator, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from dinoexplorer.document.standing import Standing
from dinoexplorer.generators.generator import Generator
from dinoexplorer.picture_files import save_png


def proposed_path(folder: Path, name: str) -> Path:
    """The first of ``NAME-0001.png``, ``NAME-0002.png``, ... that is not there yet."""
    number = 1
    while (path := folder / f"{name}-{number:04d}.png").exists():
        number += 1
    return path


def save_picture(generator: Generator, standing: Standing, path: Path) -> Path:
    """Decode where we stand at the generator's own size and write it as PNG, which carries its place.

    Raises
    ------
    GeneratorError
        If it cannot be decoded or written; nothing is left behind then.
    """
    from dinoexplorer.document.pictures import place_metadata  # noqa: PLC0415  only a picture that is saved needs it

    image = generator.decode(standing.latent[None])[0]
    save_png(path, image, place_metadata(generator.info, standing))
    return path


def pictures_folder() -> str:
    """Where the system keeps pictures."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or str(Path.home())
