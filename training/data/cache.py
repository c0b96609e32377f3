"""Prepared pictures in the user's cache folder: a `.npy` file that is mapped, and a small `.npz` that stands for it.

The `.npz` is written last, so a set is whole or not there. A full or read-only disk only costs the cache.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from training.data.images import content_hashes
from training.files import replace_file

CACHE_VARIABLE = "DINOEXPLORER_CACHE"
Arrays = Mapping[str, NDArray[Any]]
Cached = tuple[NDArray[np.uint8], Arrays]


def cache_folder() -> Path:
    """Where prepared pictures are kept: `$DINOEXPLORER_CACHE` or the platform's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("dinoexplorer", appauthor=False)


def cache_file(name: str, *parts: Any) -> Path:
    """The `.npz` of the set that `parts` (ready for JSON) decide."""
    key = json.dumps(parts)
    return cache_folder() / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"


def read_cached(path: Path) -> Cached | None:
    """The pictures, mapped copy-on-write, and the arrays beside them; None when absent or damaged."""
    try:
        with np.load(path, allow_pickle=False) as small:
            arrays = {name: small[name] for name in small.files}
        images = np.load(path.with_suffix(".npy"), mmap_mode="c", allow_pickle=False)
    except (OSError, ValueError, EOFError, KeyError):
        return None
    fits = images.dtype == np.uint8 and images.ndim == 4 and len(arrays.get("hashes", ())) == len(images)
    return (images, arrays) if fits else None


class PictureFile:
    """Takes pictures block by block to the cache, or into memory where the cache cannot be written.

    Blocks are appended by `write`: on a full disk a mapped file would end the process instead of raising.
    """

    def __init__(self, path: Path, shape: tuple[int, int, int]) -> None:
        self._path = path
        self._shape = shape
        self._temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.tmp")
        self._hashes: list[NDArray[np.uint64]] = []
        self._blocks: list[NDArray[np.uint8]] = []
        self._count = 0
        self._file: FileIO | None = None
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._temporary.open("w+b", buffering=0)  # what was written is there, whatever comes after
            self._write_header()

    def add(self, block: NDArray[np.uint8]) -> None:
        """Append pictures (n, h, w, c)."""
        block = np.ascontiguousarray(block)
        if self._file is not None:
            try:
                _write_all(self._file, block)
            except OSError:
                self._give_up()
        if self._file is None:
            self._blocks.append(block)
        self._hashes.append(content_hashes(block))
        self._count += len(block)

    def finish(self, arrays: Arrays) -> Cached:
        """All pictures, and `arrays` with their `hashes`; kept in the cache from now on where that is possible."""
        hashes = np.concatenate(self._hashes) if self._hashes else np.zeros(0, np.uint64)
        complete = {**arrays, "hashes": hashes}
        if self._file is not None:
            try:
                self._write_header()
                os.fsync(self._file.fileno())
                self._file.close()
                self._temporary.replace(self._path.with_suffix(".npy"))
                with replace_file(self._path) as file:
                    np.savez(file, **complete)  # type: ignore[arg-type]
                return np.load(self._path.with_suffix(".npy"), mmap_mode="c", allow_pickle=False), complete
            except OSError:
                self._give_up()
        blocks = self._blocks or [np.zeros((0, *self._shape), np.uint8)]
        return np.concatenate(blocks), complete

    def close(self) -> None:
        """Leave nothing half-done behind."""
        if self._file is not None:
            self._file.close()
            self._file = None
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def _give_up(self) -> None:
        """From the file into memory: read back the whole pictures that reached it."""
        file, self._file = self._file, None
        if file is None:
            return
        with contextlib.suppress(OSError):
            file.close()
        where = self._temporary if self._temporary.exists() else self._path.with_suffix(".npy")
        self._blocks = [_read_back(where, self._count, self._shape)]
        with contextlib.suppress(OSError):
            where.unlink(missing_ok=True)

    def _write_header(self) -> None:
        """NumPy leaves room in the header for the first axis to grow, so it can be written again in the same place."""
        if self._file is None:
            return
        description = {"descr": "|u1", "fortran_order": False, "shape": (self._count, *self._shape)}
        self._file.seek(0)
        np.lib.format.write_array_header_1_0(self._file, description)
        self._file.seek(0, os.SEEK_END)


def _write_all(file: FileIO, block: NDArray[np.uint8]) -> None:
    if file.write(block.data) != block.nbytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _read_back(path: Path, count: int, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        data = file.read(count * int(np.prod(shape)))
    return np.frombuffer(data, np.uint8).reshape(count, *shape).copy()
