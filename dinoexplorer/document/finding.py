"""Where the checkpoint of a document is now: where it was, elsewhere, changed, or gone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from dinoexplorer.document.checking import one_line, unicode_or_nothing
from dinoexplorer.document.document_file import DocumentFile
from dinoexplorer.document.schema import CheckpointReference
from dinoexplorer.generators.generator import GeneratorInfo

_BLOCK = 1 << 20
_MOST_IN_A_FOLDER = 1000


class Stopped(Exception):
    """The search was given up on request."""


@dataclass(frozen=True)
class Found:
    """What became of a checkpoint.

    ``path`` is where to open it, None only when it is missing; ``sentence`` is what to tell, empty where it was found.
    """

    state: Literal["found", "moved", "changed", "missing"]
    path: Path | None
    sentence: str


def reference_to(info: GeneratorInfo, beside: Path | None = None, *, private: bool = False) -> CheckpointReference:
    """How a document that lies (or will lie) at ``beside`` names the checkpoint that is open.

    The way there is written from ``beside``; without it nothing says where on this machine the checkpoint lies, for a
    picture may be passed on. A ``private`` file, which nobody is handed, names the whole path.
    """
    absolute = Path(os.path.abspath(info.path))  # noqa: PTH100  links stay as they are
    known: dict[str, Any] = {"name": unicode_or_nothing(absolute.name), "sha256": info.sha256}
    if beside is not None:
        path = str(absolute)
        with suppress(ValueError):  # on another drive of Windows there is no relative path
            path = os.path.relpath(absolute, Path(os.path.abspath(beside)).parent)  # noqa: PTH100
        known["path"] = unicode_or_nothing(Path(path).as_posix())
    if private:
        known["absolute"] = unicode_or_nothing(str(absolute))
    with suppress(OSError):
        known["size"] = absolute.stat().st_size
    return CheckpointReference(**known)


def is_checkpoint_of(file: DocumentFile, path: Path, *, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Whether a file is the very checkpoint of a document; any is where the document does not say. Reads all of it.

    Raises
    ------
    Stopped
        Soon after ``stopped`` returns True.
    """
    return not file.checkpoint.sha256 or _is_it(path, file.checkpoint, stopped)


def find_checkpoint(
    file: DocumentFile, candidates: Iterable[Path] = (), *, stopped: Callable[[], bool] = lambda: False
) -> Found:
    """Look for the checkpoint of a document.

    First where the document says, then beside it, then among ``candidates`` (checkpoints, or folders that hold some):
    those of the same name first, then every one of the same size. Bytes decide, by their SHA-256, and are read only
    where name or size fit. It reads whole files, so the window calls it in a thread.

    Raises
    ------
    Stopped
        Soon after ``stopped`` returns True.
    """
    reference = file.checkpoint
    name = _name(reference)
    said = list(_said_places(reference, file.path))
    others = list(dict.fromkeys(path for path in _places(file.path, candidates, name) if path not in said))
    present = [path for path in said if _is_file(path)]
    if not reference.sha256:  # written by hand: its name is all there is
        named = [path for path in (*present, *others) if path in present or path.name == name]
        return Found("found", named[0], "") if named else _missing(name, said)
    for path in present:
        if _is_it(path, reference, stopped):
            return Found("found", path, "")
    for path in sorted(others, key=lambda path: path.name != name):
        fits = path.name == name or reference.size is not None
        if fits and _is_it(path, reference, stopped):
            return Found("moved", path, f"{name} was moved; it is now {path}.") if said else Found("found", path, "")
    changed = present or [path for path in others if path.name == name]
    if changed:
        return Found("changed", changed[0], f"{name} has changed since this place was saved: the picture may differ.")
    return _missing(name, said)


def _name(reference: CheckpointReference) -> str:
    name = reference.name or PurePosixPath(reference.path.replace("\\", "/")).name
    return one_line(name) or "the checkpoint"


def _missing(name: str, said: Sequence[Path]) -> Found:
    where = one_line(str(said[-1])) if said else ""
    sentence = f"{name} is not where it was ({where})" if where else f"{name} was not found"
    return Found("missing", None, f"{sentence}; say where it is now, or put it beside the document.")


def _said_places(reference: CheckpointReference, document: Path | None) -> Iterator[Path]:
    """Where the document says that its checkpoint is."""
    if reference.path:
        path = Path(reference.path)
        if path.is_absolute():
            yield path
        elif document is not None:
            yield Path(os.path.normpath(document.absolute().parent / path))
    if reference.absolute and Path(reference.absolute).is_absolute():
        yield Path(reference.absolute)


def _places(document: Path | None, candidates: Iterable[Path], name: str) -> Iterator[Path]:
    """Files that might be it, by the place alone."""
    if document is not None and name == Path(name).name:
        yield from filter(_is_file, [document.absolute().parent / name])
    for candidate in candidates:
        if _is_file(candidate):
            yield candidate.absolute()
        else:
            yield from _files_in(candidate)


def _is_file(path: Path) -> bool:
    """Whether a plain file is there; a name that no disk can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    with suppress(OSError, ValueError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file() and not entry.name.startswith("."):
                found.append(Path(entry.path).absolute())
            if len(found) == _MOST_IN_A_FOLDER:
                break
    return sorted(found)


def _is_it(path: Path, reference: CheckpointReference, stopped: Callable[[], bool]) -> bool:
    with suppress(OSError):
        if reference.size is None or path.stat().st_size == reference.size:
            return _sha256(path, stopped) == reference.sha256.lower()
    return False


def _sha256(path: Path, stopped: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if stopped():
                raise Stopped
            digest.update(block)
    return digest.hexdigest()
