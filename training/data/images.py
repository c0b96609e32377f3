"""Open a set of pictures, whatever it is kept in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.pictures import Fit
from training.errors import TrainingError

BUILTIN = "builtin:"
Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)` every now and then; it may raise to stop the work."""


class DataError(TrainingError):
    """A set of pictures that cannot be used, as one sentence."""


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class ImageSet:
    """Pictures of one size, in memory or mapped from the cache.

    Attributes
    ----------
    images
        uint8 (n, h, w, c).
    labels
        int32 (n,), index into `classes`; -1 for none.
    names
        File names relative to the folder, or `builtin:dinosaurs/123`.
    hashes
        uint64 (n,), one per picture's content; decides which pictures are held out.
    fingerprint
        SHA-256 over contents, labels and classes, as hex.
    skipped
        What could not be read.
    held_out
        Share of the pictures that a dataset keeps from every training, whatever the training asks for.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int32]
    classes: tuple[str, ...]
    names: tuple[str, ...]
    hashes: NDArray[np.uint64] = field(repr=False)
    fingerprint: str
    skipped: tuple[Skipped, ...] = ()
    held_out: float = 0.0

    def __len__(self) -> int:
        return len(self.images)

    def split(self, held_out: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices to train on and indices held out; by content, so copies of a picture stay on one side.

        What the set itself holds out is never trained on. At least one picture is left to train on.
        """
        return split_by_content(self.hashes, max(held_out, self.held_out))


@dataclass(frozen=True)
class Shape:
    """What every picture of a set is turned into."""

    size: int
    channels: int
    fit: Fit = "crop"


def open_images(
    source: str | Path,
    *,
    size: int,
    channels: int = 3,
    count: int | None = None,
    seed: int = 0,
    variation: float = 1.0,
    fit: Fit = "crop",
    progress: Progress | None = None,
) -> ImageSet:
    """Open the pictures of a source as squares of `size` pixels.

    Parameters
    ----------
    source
        `builtin:dinosaurs`; an `.npz` file in MNIST's layout (`x_train`, optionally `y_train`); a dataset that
        `dinotrain prepare` made; or another folder, searched with all its subfolders. When at least two folders
        directly inside hold pictures, they are the classes.
    count
        How many pictures to draw, or the most to read.
    seed, variation
        Of the built-in drawings; `variation` from 0 (all alike) to 1.

    Raises
    ------
    DataError
        The source is missing or holds nothing readable.
    """
    from training.data import archives, builtin, folders, prepared  # noqa: PLC0415  they build the ImageSet of this module

    report, shape = progress or _silent, Shape(size, channels, fit)
    text = str(source)
    if text.startswith(BUILTIN):
        return builtin.open_builtin(
            builtin.Series(text, count or builtin.DEFAULT_COUNT, seed, variation), shape, report
        )
    path = Path(text).expanduser()
    if prepared.is_prepared(path):
        return prepared.open_prepared(path, shape, count, report)
    if path.is_dir():
        return folders.open_folder(path, shape, count, report)
    if path.suffix.lower() == ".npz" and path.is_file():
        return archives.open_archive(path, shape, count, report)
    if path.is_file():
        raise DataError(f"{path} is a file; give a folder of pictures, an .npz file or builtin:dinosaurs")
    raise DataError(f"the data {text!r} is not there; give a folder of pictures, an .npz file or builtin:dinosaurs")


def split_by_content(hashes: NDArray[np.uint64], held_out: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """See `ImageSet.split`."""
    held = hashes.astype(np.float64) < held_out * 2.0**64
    if held.all():
        held[:] = False
    return np.flatnonzero(~held), np.flatnonzero(held)


def content_hashes(images: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """A 64-bit BLAKE2 hash of each picture, (n,)."""
    digests = b"".join(hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=8).digest() for image in images)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def fingerprint_of(hashes: NDArray[np.uint64], labels: NDArray[np.int32], classes: Sequence[str]) -> str:
    """SHA-256 over contents, labels and class names, as hex."""
    digest = hashlib.sha256(hashes.astype("<u8").tobytes())
    digest.update(labels.astype("<i4").tobytes())
    digest.update("\0".join(classes).encode())
    return digest.hexdigest()


def _silent(_what: str, _done: int, _total: int) -> None:
    pass
