"""Pictures that a command is given: files, and folders of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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


def meant_pictures(given: Sequence[Path], progress: Callable[[int], None]) -> list[Path]:
    """The pictures that a person means by files and folders: of a dataset those that are taken, prepared.

    Of another folder those with a picture's ending, in any depth. ``progress`` is told how many records of a dataset
    were read; it may raise to end the work.

    Raises
    ------
    GeneratorError
        If there is none, or a name leads nowhere.
    training.errors.TrainingError
        If the records of a dataset cannot be read.
    """
    from dinoexplorer.datasets.collection import open_collection  # noqa: PLC0415  only where a folder is chosen
    from dinoexplorer.latent.inversion.batch import pictures_in  # noqa: PLC0415  likewise
    from training.data.prepared import is_prepared  # noqa: PLC0415  likewise

    found: list[Path] = []
    for path in given:
        if not path.exists():
            raise GeneratorError(f"{path} is not there; check the name.")
        if not is_prepared(path):
            found += pictures_in([path])
            continue
        dataset = open_collection(path, progress)
        made = (dataset.picture(index) for index in range(len(dataset)) if dataset.record(index).taken)
        taken = [picture for picture in made if picture is not None]
        if not taken:
            raise GeneratorError(f"{path} holds no picture that is taken; prepare it again.")
        found += taken
    return list(dict.fromkeys(found))


def whole_picture(content: Path | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All of a picture file at its own size, upright, RGB ``(h, w, 3)``; what is transparent lies on white.

    Pixels ``(h, w, 3 or 4)``, as a picture is pasted, do as well.

    Raises
    ------
    training.data.pixels.decoding.PictureError
        If it is no picture, damaged or too large.
    """
    return remarked_picture(content)[0]


def remarked_picture(content: Path | NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The same, and sentences on what was changed on the way: transparency and the colours of print."""
    from training.data.pixels.colours import on_background, scaled  # noqa: PLC0415  Pillow, only when needed
    from training.data.pixels.decoding import frames, opened  # noqa: PLC0415  likewise

    name = content.name if isinstance(content, Path) else "the picture"
    with opened(content, name) as picture:
        remarks = []
        if picture.has_transparency_data:
            remarks.append("What is transparent lies on white.")
        if picture.mode == "CMYK":
            remarks.append("Its colours are those of print (CMYK) and were turned into those of a screen.")
        frame = next(frames(picture, name))
        upright = frame.upright()
        whole = scaled(
            upright, (0.0, 0.0, float(upright.width), float(upright.height)), upright.size, profile=frame.profile
        )
        return np.array(on_background(whole, "#ffffff").convert("RGB")), tuple(remarks)
