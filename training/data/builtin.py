"""The built-in drawings, drawn once by all cores and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PIL import Image

from training.data import dinosaurs
from training.data.images import BUILTIN, DataError, ImageSet, Progress, Shape, content_hashes, fingerprint_of
from training.data.pictures import square_array
from training.files import replace_file

NAME = "dinosaurs"
DEFAULT_COUNT = 12_000
CACHE_VARIABLE = "DINOEXPLORER_CACHE"
_CHUNK = 128
_DRAWN_HERE = 256
"""Up to this many pictures are drawn in this process: starting others takes longer."""


@dataclass(frozen=True)
class Series:
    """Which drawings: `count` individuals of an endless series."""

    source: str
    count: int
    seed: int
    variation: float


def open_builtin(series: Series, shape: Shape, progress: Progress) -> ImageSet:
    """See `training.data.images.open_images`."""
    if series.source != BUILTIN + NAME:
        raise DataError(f"unknown built-in data {series.source!r}: did you mean '{BUILTIN}{NAME}'?")
    if shape.size > dinosaurs.MAX_SIZE:
        raise DataError(f"dinosaurs are drawn at up to {dinosaurs.MAX_SIZE} pixels, not {shape.size}")
    path = _cache_file(series, shape.size)
    drawn = _cached(path, series.count, shape.size)
    if drawn is None:
        images, labels = _draw(series, shape.size, progress)
        drawn = images, labels, content_hashes(images)
        _keep(path, *drawn)
    images, labels, hashes = drawn
    if shape.channels == 1:
        images = np.stack([np.asarray(Image.fromarray(image).convert("L"))[..., None] for image in images])
        hashes = content_hashes(images)
    classes = tuple(str(species) for species in dinosaurs.SPECIES)
    names = tuple(f"{series.source}/{index}" for index in range(series.count))
    return ImageSet(images, labels, classes, names, hashes, fingerprint_of(hashes, labels, classes))


def _cache_file(series: Series, size: int) -> Path:
    key = json.dumps([dinosaurs.VERSION, size, series.count, series.seed, round(series.variation, 6)])
    return cache_folder() / f"{NAME}-{hashlib.sha256(key.encode()).hexdigest()[:24]}.npz"


def cache_folder() -> Path:
    """Where drawn pictures are kept: `$DINOEXPLORER_CACHE` or the platform's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("dinoexplorer", appauthor=False)


def _cached(path: Path, count: int, size: int) -> tuple[Any, ...] | None:
    """The arrays beside `path`, the pictures mapped copy-on-write; None when absent or damaged."""
    try:
        with np.load(path, allow_pickle=False) as small:
            labels, hashes = small["labels"], small["hashes"]
        images = np.load(path.with_suffix(".npy"), mmap_mode="c", allow_pickle=False)
    except (OSError, ValueError, EOFError, KeyError):
        return None
    fits = images.shape == (count, size, size, 3) and labels.shape == hashes.shape == (count,)
    return (images, labels, hashes) if fits else None


def _keep(path: Path, images: NDArray[np.uint8], labels: NDArray[np.int32], hashes: NDArray[np.uint64]) -> None:
    """Write to the cache; the small file comes last and stands for the whole. A full disk only costs the cache."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path.with_suffix(".npy")) as file:
            np.save(file, images, allow_pickle=False)
        with replace_file(path) as file:
            np.savez(file, labels=labels, hashes=hashes)
    except OSError:
        return


def _draw(series: Series, size: int, progress: Progress) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    count = series.count
    images = np.empty((count, size, size, 3), np.uint8)
    labels = np.empty(count, np.int32)
    jobs = [
        (min(_CHUNK, count - start), size, series.seed, start, series.variation) for start in range(0, count, _CHUNK)
    ]
    if count <= _DRAWN_HERE:
        for job in jobs:
            start = job[3]
            images[start : start + job[0]], labels[start : start + job[0]] = _draw_chunk(*job)
            progress("drawing dinosaurs", start + job[0], count)
        return images, labels
    # Spawned, not forked: torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    # Ctrl-C reaches every process of the terminal; only the parent may answer it.
    pool = ProcessPoolExecutor(_cores(), context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    try:
        places = {pool.submit(_draw_chunk, *job): job[3] for job in jobs}
        done = 0
        for future in as_completed(places):
            start = places[future]
            some, their_labels = future.result()
            images[start : start + len(some)], labels[start : start + len(some)] = some, their_labels
            done += len(some)
            progress("drawing dinosaurs", done, count)
    except BrokenProcessPool as error:
        raise DataError("a process that draws dinosaurs ended early, perhaps for lack of memory; try again") from error
    finally:
        pool.shutdown(cancel_futures=True)
    return images, labels


def _draw_chunk(
    count: int, size: int, seed: int, start: int, variation: float
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    drawn_size = max(size, dinosaurs.MIN_SIZE)
    images, labels = dinosaurs.draw_many(count, drawn_size, seed=seed, start=start, variation=variation)
    if drawn_size != size:
        images = np.stack([square_array(image, size, 3) for image in images])
    return images, labels


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1
