"""Files that are whole or not there."""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_ATTEMPTS = 50


@contextmanager
def replace_file(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Write a file under a temporary name beside `path`; it takes the name when the block ends without an error.

    Not `durable`, it is not waited for until it lies on the disk: a killed process still leaves a whole file or none,
    a power cut may leave an empty one.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        _rename(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    with replace_file(path) as file:
        file.write(text.encode())


class FolderLock:
    """A lock that one object in one process holds; the operating system lifts it when the process dies.

    Where a file system knows no locks (some network shares) it holds nothing back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take it; False when someone else has it."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:  # read-only: the first file written says so better
            return True
        try:
            _lock_file(handle)
        except OSError as error:
            os.close(handle)
            return error.errno not in {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
        self._handle = handle
        return True

    def release(self) -> None:
        """Give it back, if it is held."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def __del__(self) -> None:
        self.release()


def _lock_file(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _rename(temporary: Path, path: Path) -> None:
    # On Windows a reader that has the old file open blocks the rename for a moment.
    for attempt in range(_ATTEMPTS):
        try:
            temporary.replace(path)
        except PermissionError:
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.02)
        else:
            return
