"""A compressed archive, read forwards."""

from __future__ import annotations

import bz2
import gzip
import lzma
import threading
import zlib
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from training.data.sources.source import SourceError

DAMAGED = (EOFError, zlib.error, lzma.LZMAError, ValueError)
_OPENERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))
_KEPT_BYTES = 64 * 2**20
_STEP = 2**18
_LARGEST_READ = 16 * 2**20
_BOMB_BYTES = 4 * 2**30
_BOMB_RATIO = 100


@dataclass(frozen=True, slots=True)
class Member:
    """Where a file lies in the unpacked archive, in bytes; its time of change in whole seconds."""

    offset: int
    size: int
    time: int


@contextmanager
def opened(path: Path, listen: Callable[[], None] = lambda: None) -> Iterator[tuple[IO[bytes], bool]]:
    """The unpacked archive as a stream, and whether it is compressed; `listen` is called on long ways through it."""
    with ExitStack() as stack:
        raw: IO[bytes] = stack.enter_context(path.open("rb"))
        start = raw.read(6)
        raw.seek(0)
        opener = next((opener for magic, opener in _OPENERS if start.startswith(magic)), None)
        stream = raw if opener is None else stack.enter_context(cast("IO[bytes]", opener(raw, "rb")))
        yield cast("IO[bytes]", _Guarded(stream, path, listen)), opener is not None


class TarStream:
    """Reads members of a compressed archive, from several threads at once.

    One cursor goes forwards; the last 64 MB that it went past are kept, since threads do not ask in exact order;
    only who asks for something older starts it anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turns = threading.Condition()
        self._waiting: list[int] = []
        self._busy = False
        self._open = ExitStack()
        self._file: IO[bytes] | None = None
        self._position = 0
        self._passed = bytearray()

    def read(self, member: Member) -> bytes:
        """The content of a member; less of it where the archive ends too early."""
        end = member.offset + member.size
        with self._turn(member.offset):
            if self._file is None or member.offset < self._oldest:
                self._close()
                self._file, _ = self._open.enter_context(opened(self._path))
            while self._position < end and (part := self._file.read(min(_STEP, end - self._position))):
                self._passed += part
                self._position += len(part)
                del self._passed[: max(min(len(self._passed) - _KEPT_BYTES, member.offset - self._oldest), 0)]
            first = member.offset - self._oldest
            return bytes(self._passed[first : first + member.size])

    def close(self) -> None:
        """Close the archive; a later read opens it again."""
        with self._turn(-1):
            self._close()

    @property
    def _oldest(self) -> int:
        """Where what is kept begins."""
        return self._position - len(self._passed)

    @contextmanager
    def _turn(self, offset: int) -> Iterator[None]:
        """Be the only one; of those who wait, who needs the earliest part goes first, so that nobody falls behind."""
        with self._turns:
            insort(self._waiting, offset)
            self._turns.wait_for(lambda: not self._busy and self._waiting[0] == offset)
            self._busy = True
        try:
            yield
        finally:
            with self._turns:
                self._busy = False
                self._waiting.remove(offset)
                self._turns.notify_all()

    def _close(self) -> None:
        self._open.close()
        self._file = None
        self._position = 0
        self._passed.clear()


class _Guarded:
    """An unpacked stream that is given up when it grows as only a trap does."""

    def __init__(self, stream: IO[bytes], path: Path, listen: Callable[[], None]) -> None:
        self._stream = stream
        self._path = path
        self._listen = listen
        self._limit = max(_BOMB_BYTES, _BOMB_RATIO * path.stat().st_size)

    def read(self, count: int) -> bytes:
        if not 0 <= count <= _LARGEST_READ:
            raise ValueError(f"a header claims {count >> 20} MB")
        return self._stream.read(count)

    def seek(self, offset: int) -> int:
        if offset > self._limit:
            raise SourceError(
                f"{self._path} is refused: it would grow to more than {self._limit >> 20} MB, as a trap does; unpack it"
                " yourself if you trust it, and give the folder"
            )
        while offset - self._stream.tell() > _LARGEST_READ:
            before = self._stream.tell()
            if self._stream.seek(before + _LARGEST_READ) == before:  # it ends here
                break
            self._listen()
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()
