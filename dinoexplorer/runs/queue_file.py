"""The queue of a home folder: what is to be trained next, kept in `queue.json` so that a restart goes on with it."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from dinoexplorer.runs.errors import KeeperError
from training.files import FolderLock, replace_text

FILE = "queue.json"
_LOCK = ".queue.lock"
_VERSION = 1
_KINDS: dict[str, tuple[type, ...]] = {
    "steps": (int,),
    "pid": (int,),
    "asked": (int, float),
    "create_time": (int, float),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A training that waits, or was started and has not shown itself in its folder yet.

    Attributes
    ----------
    folder
        Name of the run's folder in the home folder.
    kind
        `fit` makes the folder, `resume` goes on in it.
    config
        The complete configuration as TOML, for `fit`.
    device
        What it occupies, such as `cpu` or `cuda:0`.
    pid, create_time
        The process, once it was started; 0 before.
    problem
        Why it could not start, in one sentence; it waits for someone then.
    """

    folder: str
    title: str
    kind: Literal["fit", "resume"] = "fit"
    config: str = ""
    device: str = "cpu"
    steps: int = 0
    asked: float = 0.0
    pid: int = 0
    create_time: float = 0.0
    problem: str = ""

    @property
    def waits(self) -> bool:
        return not self.pid and not self.problem


class QueueFile:
    """Entries in their order. Only who holds the lock of the home folder changes them."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / FILE
        self._lock: FolderLock | None = None
        self._mark: tuple[int, int] | None = None
        self.entries: tuple[Entry, ...] = ()

    def reload(self) -> bool:
        """Read what another window changed; True when there was something. One `stat` otherwise."""
        mark = self._mark_now()
        if mark == self._mark:
            return False
        self._mark = mark
        before, self.entries = self.entries, self._read()
        return self.entries != before

    def own(self) -> bool:
        """Whether this program may change the queue: one window of a home folder does."""
        if self._lock is None:
            lock = FolderLock(self._home / _LOCK)
            if not lock.acquire():
                return False
            self._lock = lock
            self.reload()
        return True

    def change(self, entries: tuple[Entry, ...]) -> None:
        """Replace the entries, on disk first.

        Raises
        ------
        KeeperError
            Another window keeps this queue, or the folder cannot be written.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            if not self.own():
                raise KeeperError(
                    f"another DinoExplorer keeps the queue of {self._home}; do it there, or close that window first"
                )
            text = json.dumps({"version": _VERSION, "entries": [asdict(entry) for entry in entries]}, indent=1)
            replace_text(self._path, text)
        except OSError as error:
            raise KeeperError(
                f"cannot write into {self._home}: {error.strerror or error}; make room or choose another folder"
            ) from error
        self.entries, self._mark = entries, self._mark_now()

    def update(self, entry: Entry, **changes: Any) -> None:
        """Replace one entry by itself with these changes."""
        changed = replace(entry, **changes)
        self.change(tuple(changed if other.folder == entry.folder else other for other in self.entries))

    def remove(self, entry: Entry) -> None:
        """Take one entry out."""
        self.change(tuple(other for other in self.entries if other.folder != entry.folder))

    def note(self, entry: Entry, changes: Mapping[str, Any] | None) -> None:
        """Keep what has already happened: an entry changed, or gone when there are no changes.

        Where the disk refuses, this program still knows, so that nothing is started twice.
        """
        changed = () if changes is None else (replace(entry, **changes),)
        nested = (changed if other.folder == entry.folder else (other,) for other in self.entries)
        entries = tuple(itertools.chain.from_iterable(nested))
        with suppress(KeeperError):
            self.change(entries)
        self.entries = entries

    def close(self) -> None:
        """Let another window have it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _mark_now(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _read(self) -> tuple[Entry, ...]:
        try:
            values = json.loads(self._path.read_text("utf-8"))
            found = [_entry(value) for value in values["entries"]]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            with suppress(OSError):  # put aside, so that nothing is lost and nothing is in the way
                self._path.replace(self._path.with_suffix(".broken.json"))
            self._mark = None
            return ()
        whole = [entry for entry in found if entry is not None]
        return tuple({entry.folder: entry for entry in whole}.values())


def _entry(values: Any) -> Entry | None:
    """What one entry of the file says; None when it is not one, or would lead out of the home folder."""
    if not isinstance(values, dict):
        return None
    known: dict[str, Any] = {}
    for part in fields(Entry):
        value = values.get(part.name)
        wanted = _KINDS.get(part.name, (str,))
        if isinstance(value, wanted) and not (isinstance(value, float) and not math.isfinite(value)):
            known[part.name] = value
    folder = str(known.get("folder", ""))
    if not folder or folder != Path(folder).name or folder in {".", ".."} or known.get("kind") not in {"fit", "resume"}:
        return None
    return Entry(**{"title": folder, **known})
