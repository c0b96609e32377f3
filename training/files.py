"""Files that are whole or not there."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_ATTEMPTS = 50


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file under a temporary name beside `path`; it takes the name when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
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
