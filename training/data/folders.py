"""Pictures from a folder, in any depth, with class folders or without."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from training.data.images import DataError, ImageSet, Progress, Shape, Skipped, content_hashes, fingerprint_of
from training.data.pictures import PictureError, load_picture

_BATCH = 64


def open_folder(folder: Path, shape: Shape, count: int | None, progress: Progress) -> ImageSet:
    """See `training.data.images.open_images`."""
    names = _file_names(folder)
    if count is not None:
        names = _spread(names, count)
    images, good, skipped = _decode(folder, names, shape, progress)
    if not len(images):
        raise DataError(_nothing_readable(folder, skipped))
    labels, classes = _classes(good)
    hashes = content_hashes(images)
    fingerprint = fingerprint_of(hashes, labels, classes)
    return ImageSet(images, labels, classes, tuple(good), hashes, fingerprint, tuple(skipped))


def _file_names(folder: Path) -> list[str]:
    """Files below `folder`, hidden ones left out, as sorted posix paths relative to it."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(root).relative_to(folder)
        found += [(here / name).as_posix() for name in files if not name.startswith(".")]
    return sorted(found)


def _spread(names: list[str], count: int) -> list[str]:
    """At most `count` names, taken evenly so that every class folder keeps its share."""
    if len(names) <= count:
        return names
    return [names[i * len(names) // count] for i in range(count)]


def _decode(
    folder: Path, names: Sequence[str], shape: Shape, progress: Progress
) -> tuple[NDArray[np.uint8], list[str], list[Skipped]]:
    images = np.empty((len(names), shape.size, shape.size, shape.channels), np.uint8)
    good: list[str] = []
    skipped: list[Skipped] = []

    def load(name: str) -> NDArray[np.uint8] | Skipped:
        try:
            return load_picture(folder / name, shape.size, shape.channels, fit=shape.fit)
        except PictureError as error:
            return Skipped(name, str(error))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(names), _BATCH):
            for name, result in zip(
                names[start : start + _BATCH], pool.map(load, names[start : start + _BATCH]), strict=True
            ):
                if isinstance(result, Skipped):
                    skipped.append(result)
                else:
                    images[len(good)] = result
                    good.append(name)
            progress("reading pictures", min(start + _BATCH, len(names)), len(names))
    return images[: len(good)], good, skipped


def _classes(names: Sequence[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    parts = [PurePath(name).parts for name in names]
    counts = Counter(part[0] for part in parts if len(part) > 1)
    if len(counts) < 2:
        return np.full(len(names), -1, np.int32), ()
    classes = tuple(sorted(counts))
    place = {name: index for index, name in enumerate(classes)}
    return np.array([place[part[0]] if len(part) > 1 else -1 for part in parts], np.int32), classes


def _nothing_readable(folder: Path, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"there are no files in {folder}; give a folder with pictures"
    first = f"{skipped[0].name}: {skipped[0].reason}"
    return f"none of the {len(skipped)} files in {folder} is a readable picture (first: {first})"
