"""The names of a map's images: kept as one text, and found by a part of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray

_LONGEST = 4096  # bytes of a name; Linux allows no longer path
_NEWLINE = ord("\n")
_AT_ONCE = 1 << 22


def encode_names(names: tuple[str, ...]) -> ByteArray:
    """All names as UTF-8, one a line; a line break within a name becomes a space."""
    return np.frombuffer(_lines(names), np.uint8)


def decode_names(blob: NDArray[Any], count: int) -> tuple[str, ...]:
    """The ``count`` names that `encode_names` wrote.

    Raises
    ------
    GeneratorError
        If that is not what they are.
    """
    if blob.dtype != np.uint8 or blob.ndim != 1:
        raise GeneratorError("its names are no text")
    ends = np.append(np.flatnonzero(blob == _NEWLINE), len(blob))
    if len(ends) != max(count, 1) or (count == 0 and len(blob)):
        raise GeneratorError("its names do not fit its points")
    if np.diff(ends, prepend=-1).max() > _LONGEST:
        raise GeneratorError("its names are longer than names of files can be")
    try:
        return tuple(blob.tobytes().decode().split("\n"))[:count]
    except UnicodeDecodeError:
        raise GeneratorError("its names are no text") from None


class NameFinder:
    """Finds names by a part of them, upper and lower case alike; a tenth of a second for a million."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._text = encode_names(tuple(name.casefold() for name in names))
        self._ends = np.flatnonzero(self._text == _NEWLINE)

    def __call__(self, part: str) -> NDArray[np.intp]:
        """Numbers of the names that hold ``part``, in their order."""
        wanted = part.casefold().encode(errors="replace")
        if not wanted or _NEWLINE in wanted:
            return np.zeros(0, np.intp)
        found = [self._hits(start, wanted) for start in range(0, len(self._text), _AT_ONCE)]
        numbers = np.searchsorted(self._ends, np.concatenate([*found, np.zeros(0, np.intp)]))
        return numbers[np.diff(numbers, prepend=-1) > 0]

    def _hits(self, start: int, wanted: bytes) -> NDArray[np.intp]:
        """Where ``wanted`` begins within one piece of the text."""
        piece = self._text[start : start + _AT_ONCE + len(wanted) - 1]
        at = np.flatnonzero(piece[: max(len(piece) - len(wanted) + 1, 0)] == wanted[0])
        for offset, byte in enumerate(wanted[1:], 1):
            at = at[piece[at + offset] == byte]
        return at + start


def _lines(names: tuple[str, ...]) -> bytes:
    # "replace" is for names that are no text, which Python reads from a disk as lone surrogates.
    return "\n".join([name.replace("\n", " ") for name in names]).encode(errors="replace")
