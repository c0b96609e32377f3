"""What the checks look at: a seeded part of a set of pictures, and what is known of the whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.config import RunConfig, resolve
from training.data.archives import stored_side
from training.data.builtin import DEFAULT_COUNT
from training.data.dataset import (
    About,
    Record,
    content_number,
    decided,
    is_dataset,
    read_about,
    read_choices,
    read_manifest,
)
from training.data.images import (
    BUILTIN,
    DataError,
    ImageSet,
    Progress,
    Skipped,
    fingerprint_of,
    open_images,
)
from training.data.pictures import Fit, PictureError, load_picture

SAMPLED = 2000
"""The most pictures that are looked at: seconds, however large the set. A share is then right to about 2 %."""
DRAWN = 500
"""The most built-in drawings that are looked at: they have to be drawn first."""
PLAIN_SIZE = 64
"""Side in pixels at which a folder of any sizes is looked at when no recipe says another."""
_MOST_BYTES = 128 << 20
"""Of pixels that are looked at; pictures of more than 150 pixels are looked at in smaller numbers."""
_BATCH = 64
_HELD_OUT = 0.05


@dataclass(frozen=True)
class Subject:
    """A set of pictures under examination.

    Attributes
    ----------
    source
        As it was named.
    total
        How many pictures the set has.
    images
        Those that are looked at, at most `SAMPLED`, in the order of the set.
    labels, hashes
        Of all pictures where that is known without reading them, else of those in `images`.
    records
        What the manifest says of the pictures that were taken; empty when the set is no prepared dataset.
    about
        What the dataset says of itself; None when it is none.
    config
        The recipe's configuration on this set; None when no recipe was named.
    held_out
        The share of the pictures that is to be held out.
    """

    source: str
    total: int
    images: ImageSet
    labels: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    held_out: float = _HELD_OUT
    records: tuple[Record, ...] = ()
    about: About | None = None
    config: RunConfig | None = None

    @property
    def pictures(self) -> NDArray[np.uint8]:
        """What is looked at, (n, h, w, c)."""
        return self.images.images

    def split(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of `labels` and `hashes` to train on and held out, as training splits them."""
        nothing = np.empty((len(self.hashes), 0, 0, 3), np.uint8)
        return ImageSet(nothing, self.labels, self.images.classes, (), self.hashes, "").split(self.held_out)


def open_subject(source: str | Path, progress: Progress, *, recipe: str | None = None) -> Subject:
    """Open a dataset, or any source that `open_images` knows.

    Raises
    ------
    DataError
        The source is missing or holds nothing readable.
    ConfigError
        The recipe is unknown.
    """
    text = str(source)
    config = None if recipe is None else resolve(recipe)
    if not text.startswith(BUILTIN) and is_dataset(Path(text)):
        return _dataset(Path(text), config, progress)
    return _plain(text, config, progress)


def _dataset(folder: Path, config: RunConfig | None, progress: Progress) -> Subject:
    about, choices = read_about(folder), read_choices(folder)
    records = tuple(record for record in (decided(r, choices) for r in read_manifest(folder)) if record.taken)
    if not records:
        raise DataError(f"no picture of {folder} is taken; prepare it from other sources, or take some back in")
    classes = tuple(sorted({record.label for record in records if record.label is not None}))
    classes = classes if len(classes) > 1 else ()
    place = {name: index for index, name in enumerate(classes)}
    labels = np.array([place.get(record.label or "", -1) for record in records], np.int32)
    hashes = np.array([content_number(record) for record in records], np.uint64)
    size, channels, fit = _shape(config, about.size or PLAIN_SIZE, about.channels)
    rows = sampled_rows(len(records), most_pictures(size, channels))
    names = [records[row].file for row in rows]
    pictures, skipped = _load(folder, names, (size, channels, fit), progress)
    good = np.array([picture is not None for picture in pictures], bool)
    if not good.any():
        raise DataError(f"none of the pictures of {folder} can be read ({skipped[0].reason}); prepare it again")
    rows = rows[good]
    images = ImageSet(
        np.stack([picture for picture in pictures if picture is not None]), labels[rows], classes,
        tuple(records[row].file for row in rows), hashes[rows],
        fingerprint_of(hashes[rows], labels[rows], classes), tuple(skipped),
    )  # fmt: skip
    options = about.options.get("held_out")
    asked = float(options) if isinstance(options, int | float) else _HELD_OUT
    held_out = asked if config is None else max(asked, config.data.held_out)
    return Subject(str(folder), len(records), images, labels, hashes, held_out, records, about, config)


def _load(
    folder: Path, names: Sequence[str], shape: tuple[int, int, Fit], progress: Progress
) -> tuple[list[NDArray[np.uint8] | None], list[Skipped]]:
    """The pictures in the order of the names, None for what cannot be read."""
    size, channels, fit = shape
    skipped: list[Skipped] = []

    def load(name: str) -> NDArray[np.uint8] | None:
        try:
            return load_picture(folder / name, size, channels, fit=fit)
        except PictureError as error:
            skipped.append(Skipped(name, str(error)))
            return None

    pictures: list[NDArray[np.uint8] | None] = []
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="decode") as pool:
        for start in range(0, len(names), _BATCH):
            progress("reading pictures", start, len(names))
            pictures += pool.map(load, names[start : start + _BATCH])
    progress("reading pictures", len(names), len(names))
    return pictures, sorted(skipped, key=lambda one: one.name)


def _plain(text: str, config: RunConfig | None, progress: Progress) -> Subject:
    path = Path(text).expanduser()
    builtin, archive = text.startswith(BUILTIN), path.suffix.lower() == ".npz" and path.is_file()
    size, channels, fit = _shape(config, (stored_side(path) if archive else 0) or PLAIN_SIZE, 3)
    most = DRAWN if builtin else most_pictures(size, channels)
    images = open_images(
        text, size=size, channels=channels, fit=fit, count=None if archive else most,
        seed=config.seed if config else 0, variation=config.data.variation if config else 1.0, progress=progress,
    )  # fmt: skip
    total, labels, hashes = len(images), images.labels, images.hashes
    if builtin:
        total = config.data.count if config else DEFAULT_COUNT
        images = images if total >= len(images) else some_of(images, np.arange(total))
        labels, hashes = images.labels, images.hashes
    elif archive:
        images = some_of(images, sampled_rows(len(images), most))
    elif path.is_dir():
        total = max(total, round(_files(path) * total / (total + len(images.skipped))))
    held_out = config.data.held_out if config else _HELD_OUT
    return Subject(text, total, images, labels, hashes, held_out, config=config)


def _shape(config: RunConfig | None, size: int, channels: int) -> tuple[int, int, Fit]:
    if config is None:
        return size, channels, "crop"
    return config.image.size, config.image.channels, config.data.fit


def most_pictures(size: int, channels: int) -> int:
    """How many pictures of that form are looked at."""
    return min(SAMPLED, max(2, _MOST_BYTES // (size * size * channels)))


def sampled_rows(count: int, most: int = SAMPLED) -> NDArray[np.int64]:
    """Rows of at most `most` of so many pictures, in order, always the same ones."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).choice(count, most, replace=False))


def some_of(images: ImageSet, rows: NDArray[np.int64]) -> ImageSet:
    """The pictures in these rows."""
    names = tuple(images.names[row] for row in rows)
    return replace(
        images, images=images.images[rows], labels=images.labels[rows], names=names, hashes=images.hashes[rows]
    )


def _files(folder: Path) -> int:
    """How many files lie below a folder, hidden ones left out."""
    count = 0
    for _, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        count += sum(not name.startswith(".") for name in names)
    return count
