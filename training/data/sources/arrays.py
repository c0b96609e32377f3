"""Pictures in a NumPy archive in MNIST's layout."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.archives import read_arrays
from training.data.images import DataError, Progress, Skipped
from training.data.sources.kind import SourceKind
from training.data.sources.source import Item, SourceError
from training.data.workshop.preparation import Preparation

_EVERY = 1024

Arrays = tuple[NDArray[np.uint8], NDArray[np.int64] | None]
"""Pictures (n, h, w) or (n, h, w, c), and a number for the class of each, (n,)."""


class ArraySource:
    """Pictures in an array, named by their place in it."""

    def __init__(self, text: str, arrays: Arrays) -> None:
        self.name = text
        self._pictures, self._labels = arrays

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the array."""
        count = len(self._pictures)
        for index, pixels in enumerate(self._pictures):
            if index % _EVERY == 0:
                progress("looking for pictures", index, count)
            stamp = f"{zlib.crc32(np.ascontiguousarray(pixels).data):08x}"
            label = None if self._labels is None else str(self._labels[index])
            yield Item(self.name, f"{index:06}", stamp, partial(_copy, pixels), label)

    def close(self) -> None:
        """Let go of the pictures."""
        self._pictures, self._labels = self._pictures[:0], None


def _copy(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels.copy()


def _is_npz(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() == ".npz" and path.is_file()


def _open(text: str, _preparation: Preparation) -> ArraySource:
    try:
        pictures, labels = read_arrays(Path(text).expanduser())
    except DataError as error:
        raise SourceError(str(error)) from error
    return ArraySource(text, (pictures, labels if labels.min() < labels.max() else None))


KIND = SourceKind(
    "NumPy archive", "An .npz file in MNIST's layout: x_train, and y_train for the classes", "mnist.npz", _is_npz, _open
)
