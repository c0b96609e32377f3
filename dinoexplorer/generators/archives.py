"""Zip archives within limits: what they claim is checked against what is there, before anything is read."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dinoexplorer.generators.errors import shown
from dinoexplorer.generators.safe_pickle import PickleError

ZIP = b"PK\x03\x04"
"""How such an archive begins."""
_LARGEST_DIRECTORY = 8 * 2**20
"""Bytes of the list of members: some 80,000 of them, a thousand times what a model has."""
_SLACK = 2**20
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 2**16


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip archive that is no bomb.

    Raises
    ------
    PickleError
        Where its list of members is longer than any model's, or its members claim more than the file can hold:
        weights are stored as they are, or compress a little.
    """
    size = path.stat().st_size
    if _directory_size(path, size) > _LARGEST_DIRECTORY:
        raise PickleError("its zip archive lists more members than any model's")
    with zipfile.ZipFile(path) as archive:
        claimed = sum(member.file_size for member in archive.infolist())
        if claimed > 2 * size + _SLACK:
            raise PickleError(f"its zip archive claims {claimed:,} bytes and has {size:,}")
        yield archive


def members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name; names that lead out of the archive are refused, though nothing is ever written."""
    found = {member.filename: member for member in archive.infolist()}
    for name in found:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise PickleError(f"its zip archive names '{shown(name)}', which leads out of it")
    return found


def names_in(path: Path) -> list[str]:
    """The names of its members; none where it is damaged or a bomb."""
    try:
        with opened_archive(path) as archive:
            return archive.namelist()
    except (PickleError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def _directory_size(path: Path, size: int) -> int:
    """How long the list of members is, by the record at the end; 0 where there is no such record."""
    with path.open("rb") as file:
        file.seek(max(size - _END.size - _LONGEST_COMMENT, 0))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return 0
    length = int(_END.unpack_from(tail, place)[5])
    if length != 0xFFFFFFFF:
        return length
    large = tail.rfind(b"PK\x06\x06", 0, place)
    return int.from_bytes(tail[large + 40 : large + 48], "little") if large >= 0 else length
