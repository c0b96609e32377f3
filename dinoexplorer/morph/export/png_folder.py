"""A folder of PNG files, one a frame, counted from 1: for programs that cut films."""

from __future__ import annotations

from pathlib import Path

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.png_chunks import SIGNATURE, chunk, encoded, text_chunk
from dinoexplorer.morph.export.settings import Plan


class FolderWriter:
    """Writes frames into an empty folder; see `Writer`."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder
        self._quality = plan.settings.quality
        self._text = text_chunk(plan.settings.note)
        self._digits = max(len(str(plan.frames)), 6)
        self._number = 0

    def prepare(self, picture: ByteArray) -> bytes:
        header, pixels = encoded(picture, self._quality)
        return SIGNATURE + chunk(b"IHDR", header) + self._text + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

    def write(self, prepared: bytes) -> None:
        self._number += 1
        (self._folder / f"{self._number:0{self._digits}d}.png").write_bytes(prepared)

    def finish(self) -> None:
        """Every file is whole already."""

    def release(self) -> None:
        """Nothing is held."""
