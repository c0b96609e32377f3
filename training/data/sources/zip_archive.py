"""Pictures in a ZIP archive, read where they lie."""

from __future__ import annotations

import lzma
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from training.data.images import Progress, Skipped
from training.data.pictures import PictureError
from training.data.sources.kind import SourceKind
from training.data.sources.names import MAX_BYTES, Claims, Refused, is_hidden, printable, safe_name
from training.data.sources.offering import Shelf, offer
from training.data.sources.source import Item, SourceError
from training.data.workshop.preparation import Preparation

_BOMB_BYTES = 4 * 2**30
_BOMB_RATIO = 100
_MEMBER_BOMB_BYTES = 64 * 2**20
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
            struct.error)  # fmt: skip


class ZipSource:
    """The files of a ZIP archive; nothing is ever unpacked to the disk."""

    def __init__(self, text: str, path: Path) -> None:
        self.name = text
        self._lock = threading.Lock()
        self._members: dict[str, zipfile.ZipInfo] = {}
        try:
            self._archive = zipfile.ZipFile(path)
            size = path.stat().st_size
        except (OSError, *_DAMAGED) as error:
            raise SourceError(
                f"{text} is no ZIP archive that can be read: {error}; download or pack it again"
            ) from error
        try:
            self._check(size)
        except BaseException:
            self._archive.close()
            raise

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the archive."""
        self._members.clear()
        claims = Claims()
        for info in self._archive.infolist():
            if info.is_dir():
                continue
            try:
                name = safe_name(info.filename)
                if any(map(is_hidden, name.split("/"))):
                    continue
                self._members[claims.claim(name)] = info
            except Refused as refused:
                yield Skipped(printable(info.filename), str(refused))
        if not self._members:
            raise SourceError(f"there are no files in {self.name}; give an archive with pictures")
        yield from offer(self.name, tuple(self._members), Shelf(self._stamp, self._read, self._open), progress)

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _check(self, size: int) -> None:
        members = self._archive.infolist()
        if any(info.flag_bits & _ENCRYPTED for info in members):
            raise SourceError(f"{self.name} is encrypted; unpack it with its password and give the folder")
        total = sum(info.file_size for info in members)
        if total > max(_BOMB_BYTES, _BOMB_RATIO * size):
            raise SourceError(
                f"{self.name} is refused: it would grow from {size >> 20} MB to {total >> 20} MB, as a trap does;"
                " unpack it yourself if you trust it, and give the folder"
            )

    def _stamp(self, name: str) -> str:
        info = self._members[name]
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused("it is a link, which is not followed in an archive")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            raise Refused("it is no regular file")
        if not info.file_size:
            raise Refused("it is empty")
        if info.file_size > MAX_BYTES:
            raise Refused(f"it is larger than {MAX_BYTES >> 20} MB, too large for a picture")
        if info.file_size > max(_MEMBER_BOMB_BYTES, _BOMB_RATIO * info.compress_size):
            raise Refused(f"it would grow {info.file_size // max(info.compress_size, 1)} times, as a trap does")
        return f"{info.file_size}-{info.CRC:08x}"

    def _read(self, name: str) -> bytes:
        with self._open(name) as stream:
            return stream.read()

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        # Opening and closing count references without a lock of zipfile's own; reading has one.
        try:
            with self._lock:
                stream = self._archive.open(self._members[name])
            try:
                yield stream
            finally:
                with self._lock:
                    stream.close()
        except _DAMAGED as error:
            raise PictureError(f"{printable(name)} cannot be read from the archive: {error}") from error


def _is_zip(text: str) -> bool:
    path = Path(text).expanduser()
    if not path.is_file() or path.suffix.lower() == ".npz":
        return False
    return path.suffix.lower() in {".zip", ".cbz"} or zipfile.is_zipfile(path)


def _open(text: str, _preparation: Preparation) -> ZipSource:
    return ZipSource(text, Path(text).expanduser())


KIND = SourceKind("ZIP archive", "A ZIP archive, read where it lies", "photos.zip", _is_zip, _open)
