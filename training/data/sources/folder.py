"""Pictures in a folder, in any depth."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from training.data.images import Progress, Skipped
from training.data.sources.kind import SourceKind
from training.data.sources.names import MAX_BYTES, Refused, is_hidden, printable
from training.data.sources.offering import Shelf, offer
from training.data.sources.source import Item, SourceError
from training.data.workshop.preparation import Preparation

_EVERY = 256


class FolderSource:
    """Every file below a folder that is not hidden.

    Links are followed only where they stay inside, so nothing is read that the user did not name and no loop is
    walked. The dataset folder that is being made may lie inside; it is passed over.
    """

    def __init__(self, text: str, folder: Path, out: Path | None = None) -> None:
        self.name = text
        self._folder = folder
        self._real = folder.resolve()
        self._out = out.resolve() if out is not None else None
        if self._real == self._out:
            raise SourceError(f"{text} is the folder that the dataset is to be written to; choose another one")

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; sorted by name."""
        names: list[str] = []
        for found in self._walk():
            if isinstance(found, Skipped):
                yield found
                continue
            names.append(found)
            if len(names) % _EVERY == 0:
                progress("looking for pictures", len(names), len(names))
        if not names:
            raise SourceError(f"there are no files in {self.name}; give a folder with pictures")
        names.sort()
        yield from offer(self.name, names, Shelf(self._stamp, self._read, self._open), progress)

    def close(self) -> None:
        """Nothing is held open."""

    def _walk(self) -> Iterator[str | Skipped]:
        """Names of files, and folders that are refused."""

        def refuse(error: OSError) -> None:
            if Path(error.filename) == self._folder:
                raise SourceError(f"{self.name} cannot be read: {error.strerror}; choose another folder")
            unreadable.append(error)

        unreadable: list[OSError] = []
        for root, folders, files in os.walk(self._folder, onerror=refuse):
            here = Path(root)
            inside = [name for name in sorted(folders) if not is_hidden(name)]
            for name in inside:  # os.walk follows no links to folders
                if (here / name).is_symlink() and not self._leads_inside(here / name):
                    yield Skipped(
                        self._printable(here / name), "it is a link that leads out of the folder; name its target"
                    )
            folders[:] = [name for name in inside if not self._is_out(here / name)]
            prefix = "" if here == self._folder else f"{here.relative_to(self._folder).as_posix()}/"
            yield from (f"{prefix}{name}" for name in files if not is_hidden(name))
        for error in unreadable:
            yield Skipped(self._printable(Path(error.filename)), f"the folder cannot be read: {error.strerror}")

    def _printable(self, path: Path) -> str:
        return printable(path.relative_to(self._folder).as_posix())

    def _is_out(self, path: Path) -> bool:
        return self._out is not None and path.name == self._out.name and path.resolve() == self._out

    def _leads_inside(self, path: Path) -> bool:
        try:
            return path.resolve(strict=True).is_relative_to(self._real)
        except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
            return False

    def _stamp(self, name: str) -> str:
        path = self._folder / name
        try:
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode):
                if not self._leads_inside(path):
                    raise Refused("it is a link that leads nowhere or out of the folder; put the picture there")
                found = path.stat()
        except OSError as error:
            raise Refused(f"it cannot be read: {error.strerror}") from error
        if not stat.S_ISREG(found.st_mode):
            raise Refused("it is no regular file")
        return stamp_of(found)

    def _read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def _open(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("rb")


def stamp_of(found: os.stat_result) -> str:
    """Size and time of a file.

    Raises
    ------
    Refused
        It is empty, or too large to be a picture.
    """
    if not found.st_size:
        raise Refused("it is empty")
    if found.st_size > MAX_BYTES:
        raise Refused(f"it is larger than {MAX_BYTES >> 20} MB, too large for a picture")
    return f"{found.st_size}-{found.st_mtime_ns}"


def _open(text: str, preparation: Preparation) -> FolderSource:
    return FolderSource(text, Path(text).expanduser(), preparation.out)


KIND = SourceKind(
    "folder",
    "A folder with pictures, searched with all its folders; the first folder is the class",
    "photos/",
    lambda text: Path(text).expanduser().is_dir(),
    _open,
)
