"""Animated PNG: lossless, with transparency; every picture program shows at least its first frame.

The layout is that of the PNG specification, third edition (W3C 2025), with one whole frame after the other.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.png_chunks import SIGNATURE, chunk, encoded, text_chunk
from dinoexplorer.morph.export.settings import Plan

_Encoded = tuple[bytes, bytes]


class _Writer:
    def __init__(self, file: BinaryIO, plan: Plan) -> None:
        self._file = file
        self._plan = plan
        self._number = 0  # of frame controls and later pixels together

    def prepare(self, picture: ByteArray) -> _Encoded:
        return encoded(picture, self._plan.settings.quality)

    def write(self, prepared: _Encoded) -> None:
        header, pixels = prepared
        first = self._number == 0
        if first:
            self._file.write(SIGNATURE + chunk(b"IHDR", header) + text_chunk(self._plan.settings.note))
            self._file.write(chunk(b"acTL", struct.pack(">II", self._plan.frames, 0)))  # again and again
        size = self._plan.width, self._plan.height
        self._file.write(chunk(b"fcTL", struct.pack(">5I2H2B", self._next(), *size, 0, 0, 1, self._plan.fps, 0, 0)))
        self._file.write(chunk(b"IDAT", pixels) if first else chunk(b"fdAT", struct.pack(">I", self._next()) + pixels))

    def finish(self) -> None:
        self._file.write(chunk(b"IEND", b""))

    def release(self) -> None:
        """Nothing is held."""

    def _next(self) -> int:
        self._number += 1
        return self._number - 1


class _Format:
    name, title, suffix = "apng", "Animated PNG", ".png"
    highest_rate, largest_side = 120, 65535
    alpha, sound = True, False
    codecs: tuple[str, ...] = ()

    def check(self, plan: Plan) -> None:
        """Whatever fits its limits can be written."""

    def missing(self, codec: str) -> str:  # noqa: ARG002  it has none
        """Nothing is missing."""
        return ""

    def open(self, file: BinaryIO, plan: Plan) -> _Writer:
        return _Writer(file, plan)


FORMAT = _Format()
