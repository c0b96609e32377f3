"""Pictures that a command is given: files, and folders of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError


def picture_files(given: Sequence[Path]) -> list[Path]:
    """The files that were named, and all files below the folders that were, hidden ones left out; each once.

    Raises
    ------
    GeneratorError
        If a name leads nowhere, or there is no file at all.
    """
    found: dict[Path, None] = {}
    for path in given:
        if path.is_dir():
            found |= dict.fromkeys(_below(path))
        elif path.is_file():
            found[path] = None
        else:
            raise GeneratorError(f"There is no file or folder {path}; check the name.")
    if not found:
        raise GeneratorError(f"There is no file in {', '.join(map(str, given))}; name pictures, or a folder of them.")
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path


def whole_picture(path: Path) -> NDArray[np.uint8]:
    """All of a picture file at its own size, upright, RGB ``(h, w, 3)``; what is transparent lies on white.

    Raises
    ------
    training.data.decoding.PictureError
        If it is no picture, damaged or too large.
    """
    from training.data.colours import on_background, scaled  # noqa: PLC0415  Pillow and its formats, only when needed
    from training.data.decoding import frames, opened  # noqa: PLC0415  likewise

    with opened(path, path.name) as picture:
        frame = next(frames(picture, path.name))
        upright = frame.upright()
        whole = scaled(
            upright, (0.0, 0.0, float(upright.width), float(upright.height)), upright.size, profile=frame.profile
        )
        return np.array(on_background(whole, "#ffffff").convert("RGB"))
