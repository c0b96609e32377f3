"""Pictures from a folder, in any depth, with class folders or without."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path, PurePath
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from training.data.cache import Cached, PictureFile, cache_file, read_cached
from training.data.images import DataError, ImageSet, Progress, Shape, Skipped, fingerprint_of
from training.data.pictures import PictureError, load_picture

SMALLEST = 4
"""Pictures with a shorter side than this many pixels are left out."""
_BATCH = 64
_SCANNED = 256
_LISTEN_SECONDS = 0.2
_VERSION = 2
"""Of the way that pictures are decoded: a new one makes caches of the old one stale."""

File = tuple[str, int, int]
Squares = tuple[NDArray[np.uint8], tuple[str, ...], tuple[Skipped, ...], NDArray[np.uint64]]
T = TypeVar("T")


def open_folder(folder: Path, shape: Shape, count: int | None, progress: Progress) -> ImageSet:
    """See `training.data.images.open_images`.

    The squares are kept in the cache folder, under a key that changes with any file's name, size or time; a second
    start reads nothing but that, and however many pictures there are, they do not sit in memory.
    """
    files = _files(folder, progress)
    if count is not None:
        files = spread(files, count)
    images, good, skipped, hashes = squares(folder, files, shape, progress)
    if not len(images):
        raise DataError(_nothing_readable(folder, skipped))
    labels, classes = _classes(good)
    return ImageSet(images, labels, classes, good, hashes, fingerprint_of(hashes, labels, classes), skipped)


def squares(folder: Path, files: Sequence[File], shape: Shape, progress: Progress) -> Squares:
    """The pictures of some files below a folder, from the cache where they are in it.

    Returns
    -------
    tuple
        The pictures, the names of their files, what was skipped, and a hash of each picture.
    """
    key = [_VERSION, str(folder.absolute()), shape.size, shape.channels, shape.fit, files]
    path = cache_file("folder", *key)
    found = read_cached(path)
    if found is None or not found[1].keys() >= {"good", "skipped", "reasons"}:
        found = _decode(folder, [name for name, _, _ in files], shape, path, progress)
    images, arrays = found
    good = tuple(map(str, arrays["good"]))
    skipped = tuple(map(Skipped, map(str, arrays["skipped"]), map(str, arrays["reasons"])))
    return images, good, skipped, arrays["hashes"]


def _files(folder: Path, progress: Progress) -> list[File]:
    """Files below `folder`, hidden ones left out, sorted: posix path relative to it, size, time of change."""
    found: list[File] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(root).relative_to(folder)
        for name in names:
            if name.startswith("."):
                continue
            found.append(((here / name).as_posix(), *size_and_time(Path(root, name))))
            if len(found) % _SCANNED == 0:
                progress("looking for pictures", len(found), len(found))
    return sorted(found)


def size_and_time(path: Path) -> tuple[int, int]:
    """Size and time of change in nanoseconds; -1 where it is not there."""
    try:
        stat = path.stat()
    except OSError:  # a broken link; reading it gives the reason
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


def spread(files: list[T], count: int) -> list[T]:
    """At most `count` files, taken evenly so that every class folder keeps its share."""
    if len(files) <= count:
        return files
    return [files[i * len(files) // count] for i in range(count)]


def _decode(folder: Path, names: Sequence[str], shape: Shape, path: Path, progress: Progress) -> Cached:
    good: list[str] = []
    skipped: list[Skipped] = []

    def load(name: str) -> NDArray[np.uint8] | Skipped:
        try:
            return load_picture(folder / name, shape.size, shape.channels, fit=shape.fit, smallest=SMALLEST)
        except PictureError as error:
            return Skipped(name, str(error))

    file = PictureFile(path, (shape.size, shape.size, shape.channels))
    pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="decode")
    try:
        for start in range(0, len(names), _BATCH):
            block = []
            for place, future in enumerate([pool.submit(load, name) for name in names[start : start + _BATCH]], start):
                result = _result(future, lambda place=place: progress("reading pictures", place, len(names)))  # type: ignore[misc]
                if isinstance(result, Skipped):
                    skipped.append(result)
                else:
                    block.append(result)
                    good.append(names[place])
            if block:
                file.add(np.stack(block))
            progress("reading pictures", min(start + _BATCH, len(names)), len(names))
        reasons = [one.reason for one in skipped]
        return file.finish(
            {"good": np.array(good, str), "skipped": np.array([one.name for one in skipped], str),
             "reasons": np.array(reasons, str)}
        )  # fmt: skip
    finally:
        pool.shutdown(cancel_futures=True)
        file.close()


def _result(future: Future[T], listen: Callable[[], None]) -> T:
    """The result; a slow picture (or disk) does not keep anyone from listening."""
    while not future.done():
        wait([future], timeout=_LISTEN_SECONDS)
        if not future.done():
            listen()
    return future.result()


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
