"""Finished pictures of a film, kept so that going through it again needs no decode."""

from __future__ import annotations

import threading
from collections import OrderedDict

from dinoexplorer.generators import Generator
from dinoexplorer.generators.generator import ByteArray, FloatArray

MOST_BYTES = 256 << 20
_CHANNELS = 4
Key = tuple[bytes, int, bool]


class FrameStore:
    """Pictures ``(side, side, 4)`` by code, side and smoothness; for want of room the one least lately wanted goes.

    The pictures of an edited film go by themselves: what has the same code is the same picture, all others are not
    wanted any more. Any thread may call it.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._generator: Generator | None = None
        self._kept: OrderedDict[Key, ByteArray] = OrderedDict()
        self._bytes = 0

    def follow(self, generator: Generator) -> None:
        """Keep the pictures of this generator from now on; those of another one are forgotten."""
        with self._lock:
            if generator is not self._generator:
                self._generator, self._bytes = generator, 0
                self._kept.clear()

    def room(self, side: int) -> int:
        """How many pictures of this side are kept at most."""
        return self._most // (_CHANNELS * side * side)

    def picture(self, code: FloatArray, side: int, *, smooth: bool) -> ByteArray | None:
        """The picture of a code ``(dim,)``, which counts as wanted now; None where it is not kept."""
        with self._lock:
            found = self._kept.get(key := _key(code, side, smooth=smooth))
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, generator: Generator, code: FloatArray, image: ByteArray, *, smooth: bool) -> None:
        """Keep a picture that this generator has made; nothing where it is not the present one any more."""
        with self._lock:
            key = _key(code, image.shape[0], smooth=smooth)
            if generator is not self._generator or key in self._kept:
                return
            self._kept[key] = image
            self._bytes += image.nbytes
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes


def _key(code: FloatArray, side: int, *, smooth: bool) -> Key:
    return code.tobytes(), side, smooth
