"""Pictures in IDX files, as MNIST was first published."""

from __future__ import annotations

import gzip
import zlib
from math import prod
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from training.data.sources.arrays import ArraySource
from training.data.sources.kind import SourceKind
from training.data.sources.source import SourceError
from training.data.workshop.preparation import Preparation

_UNSIGNED_BYTES = 8
_LARGEST = 2 * 2**30
_GZIP = b"\x1f\x8b"


def read_idx(path: Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes, plain or as .gz.

    Raises
    ------
    SourceError
        It is no such file, or damaged.
    """
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            zero, kind, dimensions = file.read(2), *file.read(2)
            if zero != b"\0\0" or kind != _UNSIGNED_BYTES or not 1 <= dimensions <= 4:
                raise SourceError(f"{path} is no IDX file of unsigned bytes; give MNIST's train-images-idx3-ubyte")
            shape = tuple(np.frombuffer(file.read(4 * dimensions), ">u4").tolist())
            if len(shape) != dimensions or prod(shape) > _LARGEST:
                raise SourceError(f"{path} claims {' x '.join(map(str, shape))} bytes, too many; it is damaged")
            data = file.read(prod(shape) + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {error}; download it again") from error
    if len(data) != prod(shape):
        raise SourceError(f"{path} does not hold the {' x '.join(map(str, shape))} bytes it claims; download it again")
    return np.frombuffer(data, np.uint8).reshape(shape)


def labels_beside(path: Path) -> Path | None:
    """The file of labels that belongs to a file of pictures, compressed or not."""
    name = path.name.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1")
    plain = name.removesuffix(".gz")
    found = (path.with_name(one) for one in (name, plain, f"{plain}.gz") if one != path.name)
    return next((one for one in found if one.is_file()), None)


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    compressed = raw.read(2) == _GZIP
    raw.seek(0)
    return cast("IO[bytes]", gzip.open(raw)) if compressed else raw


def _is_idx(text: str) -> bool:
    path = Path(text).expanduser()
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            start = file.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return start[:3] == bytes([0, 0, _UNSIGNED_BYTES]) and start[3:] in {b"\3", b"\4"}


def _open(text: str, _preparation: Preparation) -> ArraySource:
    path = Path(text).expanduser()
    pictures = read_idx(path)
    if 0 in pictures.shape or (pictures.ndim == 4 and pictures.shape[-1] not in {1, 3, 4}):
        raise SourceError(f"{text} holds {' x '.join(map(str, pictures.shape))} bytes, which are no pictures")
    beside = labels_beside(path)
    if beside is None:
        return ArraySource(text, (pictures, None))
    labels = read_idx(beside)
    if labels.shape != (len(pictures),):
        raise SourceError(
            f"{beside} holds {len(labels)} labels for {len(pictures)} pictures; give files that belong together"
        )
    return ArraySource(text, (pictures, labels.astype(np.int64)))


KIND = SourceKind(
    "IDX file", "MNIST's own files, plain or .gz; the labels are found beside the pictures",
    "train-images-idx3-ubyte.gz", _is_idx, _open,
)  # fmt: skip
