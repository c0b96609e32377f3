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
WITHOUT = "-without-"
"""`builtin:dinosaurs-without-NAME` is the series in which one species never occurs."""
Drawn = tuple[NDArray[np.uint8], NDArray[np.int32]]
__all__ = [
    "CACHE_VARIABLE",
    "DEFAULT_COUNT",
    "NAME",
    "WITHOUT",
    "Series",
    "cache_folder",
    "open_builtin",
    "species_left_out",
    "species_of",
]
_CHUNK = 64
_LISTEN_SECONDS = 0.2
_DRAWN_HERE = 256
"""Up to this many pictures are drawn in this process: starting others takes longer."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Individuals `start` to `start + count - 1` of a series at one size."""

    series: Series
    absent: int | None
    size: int
    start: int
    count: int


@dataclass(frozen=True)
class Series:
    """Which drawings: `count` individuals of an endless series."""

    source: str
    count: int
    seed: int
    variation: float


def open_builtin(series: Series, shape: Shape, progress: Progress) -> ImageSet:
    """See `training.data.images.open_images`."""
    absent = species_left_out(series.source)
    if shape.size > dinosaurs.MAX_SIZE:
        raise DataError(f"dinosaurs are drawn at up to {dinosaurs.MAX_SIZE} pixels, not {shape.size}")
    parts = (dinosaurs.VERSION, shape.size, series.count, series.seed, round(series.variation, 6))
    path = cache_file(NAME, *parts) if absent is None else cache_file(NAME, *parts, WITHOUT, absent)
    found = read_cached(path)
    if found is None or found[0].shape != (series.count, shape.size, shape.size, 3) or "labels" not in found[1]:
        found = _draw(series, absent, shape.size, path, progress)
    images, labels, hashes = found[0], found[1]["labels"], found[1]["hashes"]
    if shape.channels == 1:
        images = np.stack([np.asarray(Image.fromarray(image).convert("L"))[..., None] for image in images])
        hashes = content_hashes(images)
    classes = species_of(series.source)
    if absent is not None:  # the classes behind the missing one move up
        labels = labels - (labels > absent).astype(np.int32)
    names = tuple(f"{series.source}/{index}" for index in range(series.count))
    return ImageSet(images, labels, classes, names, hashes, fingerprint_of(hashes, labels, classes))


def species_of(source: str) -> tuple[str, ...]:
    """The species that occur in a built-in source, in their order.

    Raises
    ------
    DataError
        There is no such built-in data.
    """
    absent = species_left_out(source)
    return tuple(name for number, name in enumerate(dinosaurs.SPECIES) if number != absent)


def species_left_out(source: str) -> int | None:
    """The number of the species that a built-in source leaves out; None where all occur.

    Raises
    ------
    DataError
        There is no such built-in data, or no such species.
    """
    name, without, species = source.partition(WITHOUT)
    if name != BUILTIN + NAME:
        raise DataError(f"unknown built-in data {source!r}: did you mean '{BUILTIN}{NAME}'?")
    if not without:
        return None
    if species not in dinosaurs.SPECIES:
        raise DataError(f"there is no species {species!r} to leave out; name one of {', '.join(dinosaurs.SPECIES)}")
    return dinosaurs.SPECIES.index(species)


def _draw(series: Series, absent: int | None, size: int, path: Path, progress: Progress) -> Cached:
    count = series.count
    labels = np.empty(count, np.int32)
    jobs = [_Job(series, absent, size, start, min(_CHUNK, count - start)) for start in range(0, count, _CHUNK)]
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


def _drawn_by_all_cores(jobs: Sequence[_Job], progress: Progress) -> Iterator[Drawn]:
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
                progress("drawing dinosaurs", done, jobs[-1].start + jobs[-1].count)
            some = future.result()
            done += len(some[0])
            yield some
    except BrokenProcessPool as error:
        raise DataError("a process that draws dinosaurs ended early, perhaps for lack of memory; try again") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _draw_job(job: _Job) -> Drawn:
    series, size = job.series, job.size
    drawn_size = max(size, dinosaurs.MIN_SIZE)
    images, labels = dinosaurs.draw_many(
        job.count, drawn_size, seed=series.seed, start=job.start, variation=series.variation, absent=job.absent
    )
    if drawn_size != size:
        images = np.stack([square_array(image, size, 3) for image in images])
    return images, labels


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1
