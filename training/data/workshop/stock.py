"""What lies in a dataset folder before it is prepared; looked at, never written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data.dataset import Record, is_dataset, read_about, read_manifest
from training.data.images import DataError
from training.data.workshop.journal import NAME as JOURNAL
from training.data.workshop.journal import Journal
from training.data.workshop.preparation import Preparation, picture_options

IMAGES, STAGING = "images", "images.partial"
_OURS = re.compile(r"[0-9a-f]{64}(-[0-9a-f]+)*\.(png|jpg)|\.[0-9a-f]{64}.*\.tmp")


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies in a dataset folder before it is prepared (again).

    Attributes
    ----------
    finished
        Whether it is a dataset already.
    images
        The folder that new pictures go to.
    before
        What the finished dataset says, whatever it was made like.
    done
        What a preparation like this one had done when it was ended; None where there was none.
    """

    folder: Path
    finished: bool
    images: str
    before: tuple[Record, ...]
    done: tuple[Record, ...] | None

    @property
    def remakes(self) -> bool:
        """Whether all pictures of a finished dataset are made again."""
        return self.images != IMAGES

    @property
    def known(self) -> tuple[Record, ...]:
        """Records that still hold, later ones instead of earlier ones."""
        return (() if self.remakes else self.before) + (self.done or ())

    def path(self, file: str) -> Path:
        """Where a file of the manifest (`images/ab/...`) lies until the preparation is finished."""
        return self.folder / self.images / file.removeprefix(f"{IMAGES}/")

    def existing(self) -> set[str]:
        """The pictures that are there, as the manifest names them."""
        return {
            f"{IMAGES}/{path.parent.name}/{path.name}"
            for path in pictures_of(self.folder / self.images)
            if path.suffix != ".tmp" and has_content(path)
        }


def take_stock(preparation: Preparation) -> Stock:
    """Look, without writing anything.

    Raises
    ------
    DataError
        The folder must not be written.
    """
    refuse(preparation)
    folder, options = preparation.out, picture_options(preparation)
    finished = is_dataset(folder)
    before, made_like = _found(folder) if finished else ((), options)
    done = Journal(folder).read(options)
    images = IMAGES if made_like == options else STAGING
    return Stock(folder, finished, images, before, None if done is None else tuple(done))


def _found(folder: Path) -> tuple[tuple[Record, ...], Mapping[str, Any]]:
    """What a finished dataset says; where that is damaged, it is made again as if nothing were known."""
    try:
        return tuple(read_manifest(folder)), picture_options(read_about(folder).options)
    except DataError as error:
        if error.__cause__ is None:  # not damaged: of a later version
            raise
        return (), {}


def refuse(preparation: Preparation) -> None:
    """Refuse a target that must not be written; quick, and writes nothing.

    Raises
    ------
    DataError
        It is a file, or a folder with other things in it, or it and a source lie one in the other.
    """
    out = preparation.out
    for text in preparation.sources:
        path = Path(text).expanduser()
        if not path.exists():
            continue
        if _lies_in(out, path):
            raise DataError(
                f"the dataset {out} would lie in its own source {text}; originals are never written to, so choose a"
                " folder elsewhere"
            )
        if _lies_in(path, out):
            raise DataError(
                f"the source {text} lies in the dataset {out} that is to be made of it; choose a folder elsewhere"
            )
    if out.exists() and not out.is_dir():
        raise DataError(f"{out} is a file; choose a folder for the dataset")
    if out.is_dir() and not (is_dataset(out) or (out / JOURNAL).is_file()):
        first = min((path.name for path in out.iterdir() if not path.name.startswith(".")), default=None)
        if first is not None:
            raise DataError(f"{out} holds other things ({first!r}) and is no dataset; choose an empty or a new folder")


def unfinished(folder: Path) -> bool:
    """Whether a folder holds a preparation that was ended before it became a dataset."""
    return (folder / JOURNAL).is_file() and not is_dataset(folder)


def _lies_in(inner: Path, outer: Path) -> bool:
    """Whether they are the same, or the one lies in the other; whatever names lead there."""
    inner = inner.resolve()
    for place in (inner, *inner.parents):
        with suppress(OSError):
            if place.samefile(outer):
                return True
    return False


def folders_of(images: Path) -> list[Path]:
    """The folders that pictures lie in."""
    try:
        return [Path(entry) for entry in os.scandir(images) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def pictures_of(images: Path) -> Iterator[Path]:
    """Files of ours below `images/`, halves that a kill left included."""
    for folder in folders_of(images):
        yield from (Path(entry) for entry in os.scandir(folder) if _OURS.fullmatch(entry.name))


def has_content(path: Path) -> bool:
    """Whether a file is there and not empty, as a power cut may leave it."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
