"""PNG from inside: its chunks, and the text that one of them carries."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from dinoexplorer.generators.generator import ByteArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = "dinoexplorer.document"
"""Under which a picture carries its document."""
PACKED, PLAIN = (KEYWORD.encode() + b"\0" + flag + b"\0\0\0" for flag in (b"\1", b"\0"))
"""How the text chunk with the document begins, where the text is compressed and where it is not."""
_LONGEST_PACKED = 2**20
"""Bytes: Pillow refuses to read a longer text that is compressed."""
_LEVELS = {"small": 9, "good": 6, "master": 6}


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text_chunk(note: str) -> bytes:
    """An international text chunk, compressed unless it is very long, or nothing where there is no text."""
    if not note:
        return b""
    text = note.encode()
    packed = len(text) <= _LONGEST_PACKED
    body = PACKED + zlib.compress(text) if packed else PLAIN + text
    return chunk(b"iTXt", body)


def encoded(picture: ByteArray, quality: str) -> tuple[bytes, bytes]:
    """The header (IHDR) and the compressed pixels (IDAT) of a picture, each without length and checksum."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=_LEVELS[quality])
    data = buffer.getvalue()
    header, pixels, place = b"", [], len(SIGNATURE)
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            pixels.append(body)
        place += length + 12
    return header, b"".join(pixels)
