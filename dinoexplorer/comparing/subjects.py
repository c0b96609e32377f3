"""What several generators are shown of at once: one code, or one picture that each brings back in its own way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo
from dinoexplorer.latent.map_data import fit_of

Way = Literal["code", "picture"]


class Original:
    """A picture as each generator was trained to see it; made when it is first asked for, then kept.

    May be asked from several threads.
    """

    def __init__(self, name: str, read: Callable[[GeneratorInfo], ByteArray]) -> None:
        """``read`` gives uint8 RGB ``(size, size, 3)`` for a generator."""
        self.name = name
        self._read = read
        self._kept: dict[tuple[int, int, str], ByteArray] = {}
        self._lock = threading.Lock()

    def seen_by(self, info: GeneratorInfo) -> ByteArray:
        """The picture at a generator's own size, RGB ``(size, size, 3)``; grey where it is grey.

        Raises
        ------
        GeneratorError
            If it cannot be read or decoded.
        """
        key = (info.image_size, info.channels, fit_of(info))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._read(info)
            return self._kept[key]


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """One thing that all are asked for.

    ``code (dim,)`` is one of ``author``'s; ``original`` its picture, or one that was ``chosen`` instead.
    """

    way: Way
    author: GeneratorInfo
    code: FloatArray
    original: Original
    chosen: bool = False


def subject_of(way: Way, author: Generator, code: FloatArray, original: Original | None = None) -> Subject:
    """What all are asked for where ``author`` stands at ``code``; by picture it is ``original`` where one is given."""
    if way == "picture" and original is not None:
        return Subject(way, author.info, code, original, chosen=True)
    return Subject(way, author.info, code, picture_of(author, code))


def picture_of(author: Generator, code: FloatArray) -> Original:
    """The picture that a generator makes of a code ``(dim,)``; decoded when it is first asked for."""
    kept: list[ByteArray] = []

    def read(info: GeneratorInfo) -> ByteArray:
        from training.data.pictures import square_array  # noqa: PLC0415  only to compare pictures

        if not kept:
            kept.append(author.decode(code[None])[0])
        return _in_colour(square_array(kept[0], info.image_size, info.channels))

    return Original("the picture", read)


def picture_file(path: Path) -> Original:
    """A picture file; read when it is first asked for."""

    def read(info: GeneratorInfo) -> ByteArray:
        from training.data.pictures import PictureError, load_picture  # noqa: PLC0415  likewise

        try:
            return _in_colour(load_picture(path, info.image_size, info.channels, fit=fit_of(info)))
        except PictureError as error:
            text = str(error).rstrip(".")
            raise GeneratorError(f"{text[:1].upper()}{text[1:]}; choose another picture.") from None

    return Original(path.name, read)


def why_not(way: Way, author: GeneratorInfo, info: GeneratorInfo) -> str:
    """Why a generator cannot be asked in this way for something of ``author``'s, in a sentence; empty where it can."""
    if way == "picture":
        if info.encoder:
            return ""
        other = "" if why_not("code", author, info) else " Compare by the same code."
        return f"It has no encoder, so it cannot take a picture.{other}"
    if info.latent.dim != author.latent.dim:
        other = " Compare by the same picture." if info.encoder else " It has no encoder to take the picture instead."
        return f"Its codes have {info.latent.dim} numbers, not {author.latent.dim}.{other}"
    if _weighed(info) != _weighed(author):
        other = " Compare by the same picture." if info.encoder else ""
        return f"Its codes end in the weights of other classes.{other}"
    return ""


def code_for(generator: Generator, subject: Subject) -> FloatArray:
    """The code ``(dim,)`` with which a generator answers. A code is never padded, cut or scaled to fit.

    Raises
    ------
    GeneratorError
        If it cannot be asked in this way (see `why_not`), or the picture cannot be had.
    """
    reason = why_not(subject.way, subject.author, generator.info)
    if reason:
        raise GeneratorError(reason)
    if subject.way == "code":
        return subject.code
    code: FloatArray = generator.encode(subject.original.seen_by(generator.info)[None])[0]
    return code


def _weighed(info: GeneratorInfo) -> tuple[str, ...]:
    """The classes whose weights are the last numbers of a code."""
    return info.classes if info.conditional else ()


def _in_colour(picture: ByteArray) -> ByteArray:
    return picture if picture.shape[-1] == 3 else np.repeat(picture, 3, axis=-1)
