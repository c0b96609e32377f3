"""The dataset folder while it is prepared: nobody else writes it, and a kill at any moment loses no finished picture.

Pictures that are new go to `images/`; when those of a finished dataset are all to be made again they go to
`images.partial/` and take the place of the others at the end, so the old set is whole until then.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from training.data.dataset import About, Record, is_dataset, write_about, write_manifest
from training.data.images import DataError
from training.data.workshop.journal import NAME as JOURNAL
from training.data.workshop.journal import Journal
from training.data.workshop.preparation import Preparation, picture_options
from training.data.workshop.stock import IMAGES, STAGING, folders_of, has_content, pictures_of, refuse, take_stock
from training.files import FolderLock, replace_file

__all__ = ["Workplace", "refuse", "writing"]

_REPLACED, _LOCK = "images.old", ".preparing.lock"


class Workplace:
    """A dataset folder that one preparation has for itself; closed, it lets others in.

    Attributes
    ----------
    stock
        What lay there at the beginning.
    begun
        Whether there is work of this preparation to be kept.
    """

    def __init__(self, preparation: Preparation) -> None:
        refuse(preparation)
        self.folder = preparation.out
        self.begun = False
        self._options = picture_options(preparation)
        self._created = not self.folder.exists()
        self._journal = Journal(self.folder)
        self._lock = FolderLock(self.folder / _LOCK)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.acquire():
            raise DataError(f"{self.folder} is being prepared by another process; wait for it or end it")
        try:
            self.stock = take_stock(preparation)
        except BaseException:
            self._lock.release()
            raise

    def begin(self) -> None:
        """From now on `put` and `add` keep what is done; what was made with other options is in the way."""
        stock = self.stock
        with writing(self.folder):
            if stock.done is None:
                shutil.rmtree(self.folder / STAGING, ignore_errors=True)
                if not stock.finished:
                    self._sweep(set())
            if (self.folder / IMAGES).is_dir():
                shutil.rmtree(self.folder / _REPLACED, ignore_errors=True)
            self._journal.begin(self._options, new=stock.done is None)
        self.begun = True

    def add(self, records: Iterable[Record]) -> None:
        """Keep what was found out about one item."""
        with writing(self.folder):
            self._journal.add(records)

    def put(self, file: str, content: bytes) -> None:
        """Write a picture unless it is there; called from several threads."""
        path = self.stock.path(file)
        if has_content(path):
            return
        with writing(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replace_file(path, durable=False) as handle:
                handle.write(content)

    def finish(self, records: Sequence[Record], about: About) -> None:
        """Replace the manifest and all that belongs to it, and remove pictures that nobody names any more."""
        with writing(self.folder):
            if self.stock.remakes:
                self._swap()
            write_manifest(self.folder, records)
            write_about(self.folder, about)
            self._journal.remove()
            self._sweep({record.file for record in records if record.taken})
        self.begun = False

    def abandon(self) -> None:
        """Remove what this preparation did; a finished dataset stays as it was."""
        with writing(self.folder):
            self._journal.remove()
            shutil.rmtree(self.folder / STAGING, ignore_errors=True)
            if self.stock.finished:
                self._sweep({record.file for record in self.stock.before if record.taken})
            else:
                self._sweep(set())
        self.begun = False

    def close(self) -> None:
        """Let others in; a folder that nothing came into goes again."""
        self._journal.close()
        self._lock.release()
        if not is_dataset(self.folder) and not (self.folder / JOURNAL).is_file():
            with suppress(OSError):
                (self.folder / _LOCK).unlink()
                if self._created:
                    self.folder.rmdir()

    def _swap(self) -> None:
        """The new pictures in place of the old ones."""
        images, staging, old = (self.folder / name for name in (IMAGES, STAGING, _REPLACED))
        shutil.rmtree(old, ignore_errors=True)
        if images.is_dir():
            images.rename(old)
        staging.rename(images)
        shutil.rmtree(old, ignore_errors=True)

    def _sweep(self, kept: set[str]) -> None:
        """Delete pictures (and the halves that a kill left) that are not to be kept; nothing that is not ours."""
        for path in pictures_of(self.folder / IMAGES):
            if f"{IMAGES}/{path.parent.name}/{path.name}" not in kept:
                path.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in (*folders_of(self.folder / IMAGES), self.folder / IMAGES):
                if not any(folder.iterdir()):
                    folder.rmdir()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what a disk says into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DataError(
                f"the disk of {folder} is full; what is done stays there, so make room and prepare it again"
            ) from error
        raise DataError(f"{folder} cannot be written: {error.strerror or error}; choose another folder") from error
