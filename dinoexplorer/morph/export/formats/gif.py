"""GIF: 256 colours, one palette for the whole film, so that nothing flickers; every program shows it."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import Image

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.palette import Palette
from dinoexplorer.morph.export.settings import Plan

_SAMPLED = 16
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_LARGEST_BLOCK = 255


class _Writer:
    def __init__(self, file: BinaryIO, plan: Plan) -> None:
        self._file = file
        self._plan = plan
        self._number = 0
        self._palette = Palette(plan.sample(_SAMPLED), dithered=plan.settings.dithering == "ordered")
        file.write(b"GIF89a" + struct.pack("<HHBBB", plan.width, plan.height, 0xF7, 0, 0))
        file.write(self._palette.colours.tobytes())
        file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")  # again and again
        if plan.settings.note:
            file.write(b"\x21\xfe" + _blocks(plan.settings.note.encode()))

    def prepare(self, picture: ByteArray) -> bytes:
        return _image_data(self._palette.indices(picture))

    def write(self, prepared: bytes) -> None:
        start, end = (round(number * 100 / self._plan.fps) for number in (self._number, self._number + 1))
        self._file.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0, end - start, 0, 0))
        self._file.write(struct.pack("<BHHHHB", _IMAGE, 0, 0, self._plan.width, self._plan.height, 0) + prepared)
        self._number += 1

    def finish(self) -> None:
        self._file.write(bytes([_TRAILER]))

    def release(self) -> None:
        """Nothing is held."""


class _Format:
    name, title, suffix = "gif", "GIF", ".gif"
    highest_rate, largest_side = 50, 65535  # quicker ones are shown at ten frames a second by most programs
    alpha, sound = False, False
    codecs: tuple[str, ...] = ()

    def check(self, plan: Plan) -> None:
        """Whatever fits its limits can be written."""

    def missing(self, codec: str) -> str:  # noqa: ARG002  it has none
        """Nothing is missing."""
        return ""

    def open(self, file: BinaryIO, plan: Plan) -> _Writer:
        return _Writer(file, plan)


def _blocks(data: bytes) -> bytes:
    """Data in sub-blocks, each behind its length, and the empty one that ends them."""
    parts = [data[start : start + _LARGEST_BLOCK] for start in range(0, len(data), _LARGEST_BLOCK)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _image_data(image: Image.Image) -> bytes:
    """The compressed pixels of a picture of mode P: all of its GIF file between the image's header and the trailer."""
    buffer = io.BytesIO()
    image.save(buffer, "GIF", optimize=False, interlace=False)
    data = buffer.getvalue()
    place = 13 + _table_size(data[10])
    while data[place] == _EXTENSION:
        place += 2
        while data[place]:
            place += 1 + data[place]
        place += 1
    return data[place + 10 + _table_size(data[place + 9]) : -1]


def _table_size(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


FORMAT = _Format()
