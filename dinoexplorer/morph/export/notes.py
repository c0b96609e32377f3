"""The text that a film carries: read from GIF, WebP, MP4, WebM and PNG without decoding a picture.

Only lengths are followed and text is copied, by own code and within bounds, so a file from anywhere may be asked.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import unescape

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.ebml import read_ebml_comment
from dinoexplorer.morph.export.png_chunks import PACKED, PLAIN, SIGNATURE
from dinoexplorer.morph.export.settings import LARGEST_NOTE

_MOST_PARTS = 200_000  # chunks, boxes or blocks of one file
_HEAD = 32
_DOCUMENT = re.compile(r"<d:document>(.*?)</d:document>", re.DOTALL)
_GIF_IMAGE, _GIF_EXTENSION, _GIF_COMMENT = 0x2C, 0x21, 0xFE
_BOXES = {b"moov", b"udta", b"ilst", b"\xa9cmt"}


def read_note(path: Path) -> str | None:
    """The text that a film carries, or None where there is none or the file is of another kind.

    Raises
    ------
    MorphError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            reader = note_reader(file.read(_HEAD))
            file.seek(0)
            found = None if reader is None else reader(file)
    except FileNotFoundError:
        raise MorphError(f"There is no file {path}; check the name.") from None
    except OSError as error:
        raise MorphError(f"{path} could not be read: {error.strerror or error}; check its permissions.") from None
    except (struct.error, IndexError, zlib.error):  # cut off or damaged: there is nothing to be had
        return None
    if not found or len(found) > LARGEST_NOTE:
        return None
    return found.decode(errors="replace")


def note_reader(head: bytes) -> Callable[[BinaryIO], bytes | None] | None:
    """What reads the text of a file that begins with these bytes, or None where it is no film of ours."""
    if head.startswith(SIGNATURE):
        return _from_png
    if head.startswith(b"GIF8"):
        return _from_gif
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _from_webp
    if head[4:8] == b"ftyp":
        return _from_mp4
    return read_ebml_comment if head.startswith(b"\x1a\x45\xdf\xa3") else None


def _from_png(file: BinaryIO) -> bytes | None:
    file.seek(len(SIGNATURE))
    for kind, length in _parts(file, ">I4s", swapped=True):
        if kind == b"iTXt" and length <= LARGEST_NOTE + 64:
            body = file.read(length)
            if body.startswith(PACKED):
                return _unpacked(body.removeprefix(PACKED))
            if body.startswith(PLAIN):
                return body.removeprefix(PLAIN)
        else:
            file.seek(length, 1)
        file.seek(4, 1)
    return None


def _unpacked(data: bytes) -> bytes | None:
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(data, LARGEST_NOTE)
    return found if unpacking.eof else None


def _from_webp(file: BinaryIO) -> bytes | None:
    file.seek(12)
    for kind, length in _parts(file, "<4sI"):
        if kind == b"XMP " and length <= 2 * LARGEST_NOTE:
            found = _DOCUMENT.search(file.read(length).decode(errors="replace"))
            return None if found is None else unescape(found[1]).encode()
        file.seek(length + length % 2, 1)
    return None


def _parts(file: BinaryIO, form: str, *, swapped: bool = False) -> Iterator[tuple[bytes, int]]:
    """The kind and length of one part after the other; whoever asks moves on to the next."""
    size = struct.calcsize(form)
    for _ in range(_MOST_PARTS):
        head = file.read(size)
        if len(head) < size:
            return
        first, second = struct.unpack(form, head)
        yield (second, first) if swapped else (first, second)


def _from_gif(file: BinaryIO) -> bytes | None:
    flags = file.read(13)[10]
    file.seek(_colours(flags), 1)
    for _ in range(_MOST_PARTS):
        kind = file.read(1)[0]
        if kind == _GIF_EXTENSION:
            label = file.read(1)[0]
            data = _gif_blocks(file, keep=label == _GIF_COMMENT)
            if label == _GIF_COMMENT:
                return data
        elif kind == _GIF_IMAGE:
            file.seek(_colours(file.read(9)[8]) + 1, 1)
            _gif_blocks(file, keep=False)
        else:
            return None
    return None


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks(file: BinaryIO, *, keep: bool) -> bytes:
    found = bytearray()
    while length := file.read(1)[0]:
        if keep and len(found) <= LARGEST_NOTE:
            found += file.read(length)
        else:
            file.seek(length, 1)
    return bytes(found)


def _from_mp4(file: BinaryIO) -> bytes | None:
    end = file.seek(0, 2)
    file.seek(0)
    return _from_boxes(file, end)


def _from_boxes(file: BinaryIO, end: int) -> bytes | None:
    """Down to moov/udta/meta/ilst/(c)cmt/data, the place of a comment; the parts follow one another up to ``end``."""
    for _ in range(_MOST_PARTS):
        start = file.tell()
        if end - start < 8:
            return None
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
        stop = end if length == 0 else start + length
        if not file.tell() <= stop <= end:
            return None
        if kind == b"data" and stop - file.tell() <= LARGEST_NOTE + 8:
            return file.read(stop - file.tell())[8:]
        if kind == b"meta":
            file.seek(4, 1)
        if kind in _BOXES or kind == b"meta":
            return _from_boxes(file, stop)
        file.seek(stop)
    return None
