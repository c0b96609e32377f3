"""Files that are put into a folder beside what lies there already: nothing is ever written over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError

Told = Callable[[int, int], None]
"""Told how many files are done, and how many there are; it may raise to end the work."""


def free_places(files: Sequence[Path], folder: Path, ending: str | None = None) -> Iterator[Path]:
    """Where each file goes in ``folder``, as soon as it is asked for: its own name, numbered where that is taken.

    With an ``ending`` such as ".png" all of them get that one. Whoever asks writes before asking for the next.
    """
    given: set[str] = set()
    for path in files:
        suffix, number = path.suffix if ending is None else ending, 2
        name = f"{path.stem}{suffix}"
        while name.lower() in given or (folder / name).exists():
            name, number = f"{path.stem}-{number}{suffix}", number + 1
        given.add(name.lower())  # some disks do not tell large letters from small ones
        yield folder / name


def copy_files(files: Sequence[Path], folder: Path, progress: Told | None = None) -> int:
    """Copy files into a folder, which is made where there is none; returns how many.

    Raises
    ------
    GeneratorError
        If one cannot be read or written; those before it are there then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GeneratorError(f"{folder} could not be made: {error.strerror or error}; choose another place.") from None
    for number, (path, place) in enumerate(zip(files, free_places(files, folder), strict=True), 1):
        try:
            shutil.copy2(path, place)
        except OSError as error:
            reason = error.strerror or error
            raise GeneratorError(
                f"{path.name} could not be copied to {folder}: {reason}; {number - 1:,} of {len(files):,} were copied."
            ) from None
        if progress is not None:
            progress(number, len(files))
    return len(files)
