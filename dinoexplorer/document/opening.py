"""Whatever brings a place back: a document, a picture or a film of ours.

Loads quickly, for the command line asks it first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.document.embedding import HEAD, may_carry, read_embedded
from dinoexplorer.generators.errors import GeneratorError

if TYPE_CHECKING:
    from dinoexplorer.document.document_file import DocumentFile


_PICTURES = ((0, b"\xff\xd8\xff"), (0, b"GIF8"), (8, b"WEBP"), (0, b"II*\0"), (0, b"MM\0*"))
"""Kinds of pictures that carry no place, by the bytes that are their mark and where they stand."""


class NoPlaceError(GeneratorError):
    """A picture that brings no place back."""


def is_document(path: Path) -> bool:
    """Whether a file looks like a document, a picture or a film, and so not like a checkpoint; by its first bytes."""
    head = _head(path)
    return may_carry(head) or _is_json(head)


def open_document(path: Path) -> DocumentFile:
    """Read a document, or the one that a picture or a film carries.

    Raises
    ------
    GeneratorError
        With a sentence that says what was found and why it brings no place back; for a picture a `NoPlaceError`.
    """
    from dinoexplorer.document.document_file import parse_document, read_document  # noqa: PLC0415  pydantic models

    text = read_embedded(path)
    if text is not None:
        return parse_document(text, path)
    if is_picture(path):
        raise NoPlaceError(
            f"{path.name} carries no place: it was not saved by DinoExplorer, or another program took it out; "
            f"open the document or the checkpoint instead."
        )
    return read_document(path)


def is_picture(path: Path) -> bool:
    """Whether a file looks like a picture, one of ours or not; by its first bytes."""
    head = _head(path)
    bitmap = head.startswith(b"BM") and head[6:10] == bytes(4)  # two letters alone are too few to know one by
    return bitmap or may_carry(head) or any(head[place:].startswith(mark) for place, mark in _PICTURES)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except (OSError, ValueError):  # ValueError: a null byte in the name
        return b""


def _is_json(head: bytes) -> bool:
    """A JSON object has no zero bytes; a checkpoint begins with some, as the length of its header."""
    return b"\0" not in head and head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
