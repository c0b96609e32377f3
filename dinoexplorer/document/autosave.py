"""What a crash leaves behind: the document as it was a moment ago, in a file of the process that had it open."""

from __future__ import annotations

import os
import re
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
import psutil

from dinoexplorer.document.checking import one_line, unicode_or_nothing
from dinoexplorer.document.document_file import ENDING, DocumentFile, read_document, write_document
from dinoexplorer.document.schema import AutosaveNote
from dinoexplorer.generators.errors import GeneratorError
from training.run import process_lives

_NAME = re.compile(r"(?P<host>[\w.]+)~(?P<pid>\d{1,10})~(?P<created>\d{1,15})~(?P<part>\w{1,20})\.dino\.json")


@dataclass(frozen=True)
class Offer:
    """What a crash left behind.

    Attributes
    ----------
    file : Path
        The autosave itself.
    name : str
        What to call it: the document's file, or the checkpoint where it was never saved.
    document : Path or None
        Where the document had been saved or opened, if it was.
    when : float
        When it was written, in seconds since 1970.
    steps, pins : int
        How many steps had been taken since it was opened, and how many places it keeps.
    """

    file: Path
    name: str
    document: Path | None
    when: float
    steps: int
    pins: int


def autosave_home() -> Path:
    """Where autosaves lie; the environment's DINOEXPLORER_STATE names another folder."""
    folder = os.environ.get("DINOEXPLORER_STATE") or platformdirs.user_state_dir("dinoexplorer", appauthor=False)
    return Path(folder) / "autosave"


class Autosave:
    """Keeps the document of this process on the disk, and finds those of processes that are gone.

    There is one file for each process, whose name says which. `write` and the others touch the disk, so the window
    calls them in a thread; they may be called from several.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._home = home or autosave_home()
        self._lock = threading.Lock()
        self._ended = False
        self._prefix = f"{_this_host()}~{os.getpid()}~{_created(os.getpid())}~"
        self._own = self._home / f"{self._prefix}document{ENDING}"
        self._taken: list[Path] = []  # what was taken over, kept until it is in our own file

    def write(self, file: DocumentFile, *, document: Path | None = None, steps: int = 0) -> None:
        """Keep the document, in place of what was kept before; ``document`` is its own file, if it has one.

        After `end` nothing is written any more, so that a thread that comes late leaves nothing behind.

        Raises
        ------
        GeneratorError
            If the disk refuses.
        """
        note = AutosaveNote(document="" if document is None else unicode_or_nothing(str(document)), steps=steps)
        noted = replace(file, parts=file.parts.model_copy(update={"autosave": note}))
        with self._lock:
            if not self._ended:
                write_document(self._own, noted)
                self._drop_taken()

    def set_aside(self) -> Offer | None:
        """Leave what was kept for later, for another document is open now; it is told as an offer.

        `write` begins a file of its own from here on. What nobody takes over is left behind when the process ends.
        """
        aside = self._home / f"{self._prefix}{secrets.token_hex(4)}{ENDING}"
        with self._lock, suppress(OSError):
            self._own.rename(aside)
            return _offer(aside)
        return None

    def clear(self) -> None:
        """Throw away what was kept: it is saved, or nobody will want it. What is written later is kept again."""
        with self._lock:
            with suppress(OSError):
                self._own.unlink(missing_ok=True)
            self._drop_taken()

    def end(self) -> None:
        """Leave nothing behind: all is saved, or is not wanted any more."""
        with self._lock:
            self._ended = True
        self.clear()

    def left_behind(self) -> tuple[Offer, ...]:
        """What processes that are gone had open, the newest first."""
        offers = [offer for file in self._abandoned() if (offer := _offer(file)) is not None]
        return tuple(sorted(offers, key=lambda offer: -offer.when))

    def take_over(self, offer: Offer) -> DocumentFile:
        """Make what was left behind ours, and read it. It stays on the disk until the next `write`, or `end`.

        Raises
        ------
        GeneratorError
            If another window was quicker, or the disk refuses.
        """
        ours = self._home / f"{self._prefix}{secrets.token_hex(4)}{ENDING}"
        try:
            offer.file.rename(ours)  # one window only can do this
        except FileNotFoundError:
            raise GeneratorError(f"{offer.name} was already taken over by another window; look there.") from None
        except OSError as error:
            raise GeneratorError(
                f"{offer.file} could not be taken over: {error.strerror or error}; check its permissions."
            ) from None
        with self._lock:
            self._taken.append(ours)
        return replace(read_document(ours), path=offer.document)

    def forget(self, offer: Offer) -> None:
        """Throw away what was left behind; what another window has taken over stays its."""
        with suppress(OSError):
            offer.file.unlink(missing_ok=True)

    def _abandoned(self) -> list[Path]:
        try:
            return [file for file in self._home.iterdir() if _is_abandoned(file)]
        except OSError:
            return []

    def _drop_taken(self) -> None:
        while self._taken:
            with suppress(OSError):
                self._taken.pop().unlink(missing_ok=True)


def _offer(file: Path) -> Offer | None:
    try:
        when = file.stat().st_mtime
        parts = read_document(file).parts
    except (OSError, GeneratorError):  # taken over just now, or no file of ours
        return None
    note = parts.autosave or AutosaveNote()
    document = Path(note.document) if note.document else None
    name = document.name if document is not None else parts.checkpoint.name
    return Offer(file, one_line(name) or "a place without a name", document, when, note.steps, len(parts.pins))


def _is_abandoned(file: Path) -> bool:
    """Whether a file is an autosave of a process of this machine that is gone."""
    found = _NAME.fullmatch(file.name)
    if found is None or found["host"] != _this_host():
        return False
    return not process_lives(int(found["pid"]), int(found["created"]) / 1000)


def _this_host() -> str:
    """A home folder may be shared by several machines, each with process numbers of its own."""
    return re.sub(r"[^\w.]", "_", socket.gethostname())[:60] or "_"


def _created(pid: int) -> int:
    """When a process was started, in milliseconds since 1970."""
    return round(float(psutil.Process(pid).create_time()) * 1000)
