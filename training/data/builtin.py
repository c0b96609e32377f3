"""The built-in drawings, drawn once by all cores and kept in the user's cache folder."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data import dinosaurs
from training.data.cache import CACHE_VARIABLE, Cached, PictureFile, cache_file, cache_folder, read_cached
from training.data.images import BUILTIN, DataError, ImageSet, Progress, Shape, content_hashes, fingerprint_of
from training.data.pictures import square_array

NAME = "dinosaurs"
DEFAULT_COUNT = 12_000
Job = tuple[int, int, int, int, float]
"""Arguments of `_draw_chunk`."""
Drawn = tuple[NDArray[np.uint8], NDArray[np.int32]]
__all__ = ["CACHE_VARIABLE", "DEFAULT_COUNT", "NAME", "Series", "cache_folder", "open_builtin"]
_CHUNK = 64
_LISTEN_SECONDS = 0.2
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
    path = cache_file(NAME, dinosaurs.VERSION, shape.size, series.count, series.seed, round(series.variation, 6))
    found = read_cached(path)
    if found is None or found[0].shape != (series.count, shape.size, shape.size, 3) or "labels" not in found[1]:
        found = _draw(series, shape.size, path, progress)
    images, labels, hashes = found[0], found[1]["labels"], found[1]["hashes"]
    if shape.channels == 1:
        images = np.stack([np.asarray(Image.fromarray(image).convert("L"))[..., None] for image in images])
        hashes = content_hashes(images)
    classes = tuple(str(species) for species in dinosaurs.SPECIES)
    names = tuple(f"{series.source}/{index}" for index in range(series.count))
    return ImageSet(images, labels, classes, names, hashes, fingerprint_of(hashes, labels, classes))


def _draw(series: Series, size: int, path: Path, progress: Progress) -> Cached:
    count = series.count
    labels = np.empty(count, np.int32)
    jobs = [
        (min(_CHUNK, count - start), size, series.seed, start, series.variation) for start in range(0, count, _CHUNK)
    ]
    drawn = map(_draw_job, jobs) if count <= _DRAWN_HERE else _drawn_by_all_cores(jobs, progress)
    file = PictureFile(path, (size, size, 3))
    try:
        done = 0
        for some, their_labels in drawn:
            file.add(some)
            labels[done : done + len(some)] = their_labels
            done += len(some)
            progress("drawing dinosaurs", done, count)
        return file.finish({"labels": labels})
    finally:
        file.close()


def _drawn_by_all_cores(jobs: Sequence[Job], progress: Progress) -> Iterator[Drawn]:
    """What the jobs draw, in their order."""
    # Spawned, not forked: torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    # Ctrl-C reaches every process of the terminal; only the parent may answer it.
    pool = ProcessPoolExecutor(_cores(), context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    done = 0
    try:
        for future in [pool.submit(_draw_job, job) for job in jobs]:
            while not future.done():
                wait([future], timeout=_LISTEN_SECONDS)
                progress("drawing dinosaurs", done, jobs[-1][3] + jobs[-1][0])
            some = future.result()
            done += len(some[0])
            yield some
    except BrokenProcessPool as error:
        raise DataError("a process that draws dinosaurs ended early, perhaps for lack of memory; try again") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _draw_job(job: Job) -> Drawn:
    return _draw_chunk(*job)


def _draw_chunk(count: int, size: int, seed: int, start: int, variation: float) -> Drawn:
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
