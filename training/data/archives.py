"""Pictures from an `.npz` file in MNIST's layout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.images import DataError, ImageSet, Progress, Shape, content_hashes, fingerprint_of
from training.data.pictures import square_array

_EVERY = 1024


def open_archive(path: Path, shape: Shape, count: int | None, progress: Progress) -> ImageSet:
    """Read `x_train` (n, h, w) or (n, h, w, 1 or 3) and, when there, `y_train` (n,); see `open_images`."""
    raw, numbers = read_arrays(path)
    if count is not None:
        raw, numbers = raw[:count], numbers[:count]
    classes, labels = _labels(numbers)
    images = _resized(raw, shape, progress)
    hashes = content_hashes(images)
    names = tuple(f"{path.name}/{index}" for index in range(len(images)))
    return ImageSet(images, labels, classes, names, hashes, fingerprint_of(hashes, labels, classes))


def stored_side(path: Path) -> int:
    """The shorter side of the pictures in the archive, in pixels; 0 where that cannot be told."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("x_train.npy") as file:
            read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape = read[np.lib.format.read_magic(file)](file)[0]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return 0  # reading the pictures themselves gives the reason
    return min(shape[1:3]) if len(shape) in {3, 4} else 0


def read_arrays(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (n, h, w) or (n, h, w, 1 or 3) and the numbers of their classes (n,), -1 where there are none.

    Raises
    ------
    DataError
        The file is missing, damaged or laid out in another way.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            raw = archive["x_train"]
            labels = archive["y_train"] if "y_train" in archive else np.full(len(raw), -1)
    except KeyError as error:
        raise DataError(
            f"{path} holds no array x_train; MNIST's layout is x_train (n, h, w) and y_train (n,)"
        ) from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, MemoryError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if raw.dtype != np.uint8 or raw.ndim not in {3, 4} or (raw.ndim == 4 and raw.shape[-1] not in {1, 3}):
        raise DataError(f"x_train in {path} is {raw.dtype} {raw.shape}; expected uint8 (n, h, w) or (n, h, w, 1 or 3)")
    if not len(raw) or 0 in raw.shape:
        raise DataError(f"x_train in {path} is empty")
    if labels.shape != (len(raw),) or labels.dtype.kind not in "iu":
        raise DataError(f"y_train in {path} is {labels.dtype} {labels.shape}; expected one whole number per picture")
    return raw, labels.astype(np.int64)


def _labels(numbers: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    values, places = np.unique(numbers, return_inverse=True)
    if len(values) < 2:
        return (), np.full(len(numbers), -1, np.int32)
    return tuple(str(value) for value in values), places.astype(np.int32)


def _resized(raw: NDArray[np.uint8], shape: Shape, progress: Progress) -> NDArray[np.uint8]:
    stacked = raw if raw.ndim == 4 else raw[..., None]
    if stacked.shape[1:] == (shape.size, shape.size, shape.channels):
        return stacked
    images = np.empty((len(raw), shape.size, shape.size, shape.channels), np.uint8)
    for index, pixels in enumerate(raw):
        images[index] = square_array(pixels, shape.size, shape.channels)
        if index % _EVERY == 0:
            progress("resizing pictures", index, len(raw))
    return images
