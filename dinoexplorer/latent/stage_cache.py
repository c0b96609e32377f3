"""What the stages of building a map found, kept in the user's cache, so that a build that was stopped goes on."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from training.files import replace_file

Arrays = dict[str, NDArray[Any]]
_BUDGET = 1 << 30


def stages_home() -> Path:
    """Where the stages lie; the environment's DINOEXPLORER_CACHE names another folder."""
    folder = os.environ.get("DINOEXPLORER_CACHE") or platformdirs.user_cache_dir("dinoexplorer", appauthor=False)
    return Path(folder) / "maps"


def stage_key(*parts: object) -> str:
    """The name of a result that ``parts`` (texts and numbers) decide."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def behind_z(space: str) -> tuple[str, ...]:
    """What tells that of one space of a network from that of another, which has the same checksum."""
    return () if space == "z" else (space,)


class StageCache:
    """Arrays by key in one folder of at most ``budget`` bytes, the longest unused going first.

    A disk that refuses, or a damaged file, costs the time to compute a stage again and nothing else.
    """

    def __init__(self, folder: Path | None = None, budget: int = _BUDGET) -> None:
        self._folder = folder or stages_home()
        self._budget = budget

    def read(self, key: str) -> Arrays | None:
        """What was kept under ``key``, or None."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            os.utime(path)
        except (OSError, ValueError, LookupError, EOFError, TypeError, zipfile.BadZipFile, zlib.error):
            return None
        return arrays

    def write(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays, where the disk allows it."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with replace_file(self._path(key)) as file:
                np.savez(file, allow_pickle=False, **arrays)
            self._prune()

    def drop(self, key: str) -> None:
        """Forget what was kept under ``key``."""
        with suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"

    def _prune(self) -> None:
        files = [(path.stat(), path) for path in self._folder.glob("*.npz")]
        total = sum(status.st_size for status, _ in files)
        for status, path in sorted(files, key=lambda file: file[0].st_mtime)[:-1]:
            if total <= self._budget:
                break
            with suppress(OSError):
                path.unlink()
                total -= status.st_size
