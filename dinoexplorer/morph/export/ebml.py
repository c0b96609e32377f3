"""The comment of a WebM file (EBML, RFC 8794; Matroska tags, RFC 9559)."""

from __future__ import annotations

from typing import BinaryIO

from dinoexplorer.morph.export.settings import LARGEST_NOTE

_SEGMENT, _TAGS, _TAG, _SIMPLE, _NAME, _TEXT = 0x18538067, 0x1254C367, 0x7373, 0x67C8, 0x45A3, 0x4487
_INSIDE = {_SEGMENT, _TAGS, _TAG, _SIMPLE}
_MOST_ELEMENTS = 200_000
_LONGEST_NAME = 100


def read_ebml_comment(file: BinaryIO) -> bytes | None:
    """The text of the first tag called COMMENT; raises `IndexError` where the file is cut off."""
    name = b""
    end = file.seek(0, 2)
    file.seek(0)
    for _ in range(_MOST_ELEMENTS):
        if file.tell() >= end:
            return None
        kind = _number(file, marked=True)
        length = _number(file, marked=False)
        if kind in _INSIDE:  # what is in them follows at once
            continue
        if length > end - file.tell():
            return None
        if kind == _NAME and length <= _LONGEST_NAME:
            name = file.read(length)
        elif kind == _TEXT and name == b"COMMENT" and length <= LARGEST_NOTE:
            return file.read(length)
        else:
            file.seek(length, 1)
    return None


def _number(file: BinaryIO, *, marked: bool) -> int:
    """A number of variable length; identifiers keep the mark that says how long they are."""
    first = file.read(1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise IndexError
    value = first if marked else first & (0xFF >> length)
    return int.from_bytes(bytes([value]) + file.read(length - 1), "big")
