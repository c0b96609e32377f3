"""Pictures and films that carry their place: the document's JSON in the metadata of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dinoexplorer.generators.errors import GeneratorError

if TYPE_CHECKING:
    from dinoexplorer.document.document_file import DocumentFile

KEYWORD = "dinoexplorer.document"
"""Under which a picture's metadata hold the document."""

HEAD = 64
"""So many bytes tell what a file is."""

_LARGEST_CARRIED = 8 * 2**20


def metadata_for(file: DocumentFile) -> dict[str, str]:
    """The texts that a picture's file is given, by keyword. Where there are too many pins, the picture goes without."""
    text = file.text
    if len(text) > _LARGEST_CARRIED:
        text = replace(file, parts=file.parts.model_copy(update={"pins": []})).text
    return {KEYWORD: text}


def read_embedded(path: Path) -> str | None:
    """The text of the document that a picture or a film carries, or None where there is none in it.

    The file's first bytes say what it is; its name does not count. Only metadata are read, never pixels, and nothing in
    them is run.

    Raises
    ------
    GeneratorError
        If the file cannot be read, or is a picture whose metadata are damaged.
    """
    try:
        with path.open("rb") as file:
            read = _reader_for(file.read(HEAD))
        return None if read is None else read(path)
    except FileNotFoundError:
        raise GeneratorError(f"There is no file {path}; check the name, or whether it was moved.") from None
    except OSError as error:
        raise GeneratorError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None


def may_carry(head: bytes) -> bool:
    """Whether a file that begins with these `HEAD` bytes is of a kind that can carry a document."""
    return _reader_for(head) is not None


def _from_png(path: Path) -> str | None:
    import warnings  # noqa: PLC0415  only a picture needs them

    from PIL import Image  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a very large picture is none of our business: it is not decoded
            with Image.open(path, formats=["PNG"]) as image:
                text = image.info.get(KEYWORD)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise GeneratorError(f"{path.name} is a damaged PNG picture; open another copy of it.") from None
    return str(text) if text else None


def _from_film(path: Path) -> str | None:
    from dinoexplorer.morph.export.notes import read_note  # noqa: PLC0415  only a film needs it

    return read_note(path)


Reader = Callable[[Path], str | None]
_READERS: tuple[tuple[int, bytes, Reader], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", _from_png),
    (0, b"GIF8", _from_film),
    (8, b"WEBP", _from_film),
    (4, b"ftyp", _from_film),  # MP4
    (0, b"\x1a\x45\xdf\xa3", _from_film),  # WebM
)
"""One reader for each container, by the bytes that are its mark and where they stand."""


def _reader_for(head: bytes) -> Reader | None:
    return next((read for place, mark, read in _READERS if head[place:].startswith(mark)), None)
