"""Animated WebP: small, with transparency; "master" is lossless. Laid out as Google's container specification says."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO
from xml.sax.saxutils import escape

from PIL import Image, features

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.settings import Plan

_ANIMATION, _XMP, _ALPHA = 0x02, 0x04, 0x10
_REPLACE = 0x02  # a frame takes the place of the one before instead of being blended with it
_PIXELS = (b"ALPH", b"VP8 ", b"VP8L")
_HEADER = 12
_LOSSY = {"small": 60, "good": 88}


class _Writer:
    def __init__(self, file: BinaryIO, plan: Plan) -> None:
        self._file = file
        self._plan = plan
        self._number = 0
        flags = _ANIMATION | (_ALPHA if plan.channels == 4 else 0) | (_XMP if plan.settings.note else 0)
        self._size = _three_bytes(plan.width - 1) + _three_bytes(plan.height - 1)
        file.write(b"RIFF\0\0\0\0WEBP" + _chunk(b"VP8X", struct.pack("<I", flags) + self._size))
        file.write(_chunk(b"ANIM", struct.pack("<IH", 0, 0)))  # no background, again and again

    def prepare(self, picture: ByteArray) -> bytes:
        quality = self._plan.settings.quality
        buffer = io.BytesIO()
        if quality == "master":
            Image.fromarray(picture).save(buffer, "WEBP", lossless=True, quality=50, method=3, exact=True)
        else:
            Image.fromarray(picture).save(buffer, "WEBP", quality=_LOSSY[quality], method=4)
        return _pixel_chunks(buffer.getvalue())

    def write(self, prepared: bytes) -> None:
        start, end = (round(number * 1000 / self._plan.fps) for number in (self._number, self._number + 1))
        place = _three_bytes(0) * 2
        self._file.write(_chunk(b"ANMF", place + self._size + _three_bytes(end - start) + bytes([_REPLACE]) + prepared))
        self._number += 1

    def finish(self) -> None:
        if note := self._plan.settings.note:
            self._file.write(_chunk(b"XMP ", _packet(note)))
        length = self._file.seek(0, io.SEEK_END)
        self._file.seek(4)
        self._file.write(struct.pack("<I", length - 8))
        self._file.seek(0, io.SEEK_END)

    def release(self) -> None:
        """Nothing is held."""


class _Format:
    name, title, suffix = "webp", "Animated WebP", ".webp"
    highest_rate, largest_side = 120, 16383
    alpha, sound = True, False
    codecs: tuple[str, ...] = ()

    def check(self, plan: Plan) -> None:  # noqa: ARG002  it fits in whatever it is
        """Refuse it where Pillow was built without it."""
        if missing := self.missing(""):
            raise MorphError(missing)

    def missing(self, codec: str) -> str:  # noqa: ARG002  it has none
        """Why this machine cannot write it; empty where it can."""
        if features.check("webp"):
            return ""
        return "The Pillow of this machine was built without WebP; install it with 'pip install pillow', or choose PNG."

    def open(self, file: BinaryIO, plan: Plan) -> _Writer:
        return _Writer(file, plan)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _three_bytes(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _pixel_chunks(data: bytes) -> bytes:
    """Of a WebP picture the chunks that hold its pixels, headers included."""
    found, place = [], _HEADER
    while place < len(data):
        kind = data[place : place + 4]
        (length,) = struct.unpack_from("<I", data, place + 4)
        end = place + 8 + length + length % 2
        if kind in _PIXELS:
            found.append(data[place:end])
        place = end
    return b"".join(found)


def _packet(note: str) -> bytes:
    """A minimal XMP packet whose description is the text."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:d="https://dinoexplorer/1.0/">'
        f"<d:document>{escape(note)}</d:document></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


FORMAT = _Format()
