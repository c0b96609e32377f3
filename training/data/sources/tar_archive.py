"""Pictures in a TAR archive, read where they lie."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from training.data.images import Progress, Skipped
from training.data.pictures import PictureError
from training.data.sources.kind import SourceKind
from training.data.sources.names import MAX_BYTES, Claims, Refused, is_hidden, printable, safe_name
from training.data.sources.offering import Shelf, offer
from training.data.sources.source import Item, SourceError
from training.data.sources.tar_stream import DAMAGED, Member, TarStream, opened
from training.data.workshop.preparation import Preparation

_EVERY = 256
_BLOCK, _MAGIC_AT, _MAGIC = 512, 257, b"ustar"
_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class TarSource:
    """The files of a TAR archive, compressed or not; nothing is ever unpacked to the disk.

    A plain archive is read anywhere. A compressed one can only be read from its beginning on, so its pictures are read
    in its order, each stretch once, as long as they are asked for about in order.
    """

    def __init__(self, text: str, path: Path) -> None:
        self.name = text
        self._path = path
        self._members: dict[str, Member] = {}
        try:
            with opened(path) as (file, self._compressed):
                tarfile.TarFile(fileobj=file).close()
        except (OSError, tarfile.TarError, *DAMAGED) as error:
            raise SourceError(
                f"{text} is no TAR archive that can be read: {error}; download or pack it again"
            ) from error
        self._stream = TarStream(path)

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the archive."""
        self._members.clear()
        yield from self._list(progress)
        if not self._members:
            raise SourceError(f"there are no files in {self.name}; give an archive with pictures")
        shelf = Shelf(self._stamp, self._read, self._open)
        yield from offer(self.name, tuple(self._members), shelf, progress)

    def close(self) -> None:
        """Close the archive."""
        self._stream.close()

    def _list(self, progress: Progress) -> Iterator[Skipped]:
        """Take down what is in it; it goes by once."""

        def listen() -> None:
            progress("looking through the archive", len(self._members), len(self._members))

        claims = Claims()
        try:
            with opened(self._path, listen) as (file, _), tarfile.TarFile(fileobj=file) as archive:
                while (info := archive.next()) is not None:
                    archive.members.clear()  # type: ignore[attr-defined]  # or it keeps every header, a kilobyte each
                    if not info.isdir():
                        yield from self._take(info, claims)
                    if len(self._members) % _EVERY == 0:
                        listen()
        except (OSError, tarfile.TarError, *DAMAGED) as error:
            if not self._members:
                raise SourceError(f"{self.name} cannot be read: {error}; download or pack it again") from error
            yield Skipped(self.name, f"the archive ends too early ({error}); what comes before is taken")

    def _take(self, info: tarfile.TarInfo, claims: Claims) -> Iterator[Skipped]:
        try:
            name = safe_name(info.name)
            if not any(map(is_hidden, name.split("/"))):
                _refuse_specials(info)
                self._members[claims.claim(name)] = Member(info.offset_data, info.size, int(info.mtime))
        except Refused as refused:
            yield Skipped(printable(info.name), str(refused))

    def _stamp(self, name: str) -> str:
        member = self._members[name]
        if not member.size:
            raise Refused("it is empty")
        if member.size > MAX_BYTES:
            raise Refused(f"it is larger than {MAX_BYTES >> 20} MB, too large for a picture")
        return f"{member.size}-{member.time}"

    def _read(self, name: str) -> bytes:
        member = self._members[name]
        try:
            data = self._stream.read(member) if self._compressed else self._read_in_place(member)
        except (tarfile.TarError, *DAMAGED) as error:
            raise PictureError(f"{printable(name)} cannot be read from the archive: {error}") from error
        if len(data) != member.size:
            raise PictureError(f"{printable(name)} cannot be read from the archive: it ends too early")
        return data

    def _read_in_place(self, member: Member) -> bytes:
        with self._path.open("rb") as file:
            file.seek(member.offset)
            return file.read(member.size)

    def _open(self, name: str) -> IO[bytes]:
        if self._compressed:
            raise PictureError("a compressed TAR is read from front to back; unpack it to use the marks in it")
        return io.BytesIO(self._read(name))


def _refuse_specials(info: tarfile.TarInfo) -> None:
    if info.issym() or info.islnk():
        raise Refused("it is a link, which is not followed in an archive")
    if not info.isreg() or info.issparse():
        raise Refused("it is no regular file")


def _is_tar(text: str) -> bool:
    path = Path(text).expanduser()
    if not path.is_file():
        return False
    if path.name.lower().endswith(_SUFFIXES):
        return True
    try:
        with opened(path) as (file, _):
            return file.read(_BLOCK)[_MAGIC_AT:].startswith(_MAGIC)
    except (OSError, *DAMAGED):
        return False


def _open(text: str, _preparation: Preparation) -> TarSource:
    return TarSource(text, Path(text).expanduser())


KIND = SourceKind(
    "TAR archive", "A TAR archive, plain or compressed, read where it lies", "photos.tar.gz", _is_tar, _open
)
