"""In which order training sees the pictures: tried on the loader that training uses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.checks.finding import Check, Finding, Level, Missed
from training.data.checks.subject import Subject
from training.data.images import ImageSet, Progress

_NAME = "Order of the pictures"
_BATCH_SIZE = 64
_FEWEST = 20
_CHANCE = 4.0
"""Standard deviations: a correlation beyond them is no chance."""


def _look(subject: Subject, _progress: Progress) -> Finding | Missed:
    count = len(subject.images)
    if count < _FEWEST:
        return Missed(_NAME, f"there are fewer than {_FEWEST} pictures, too few to tell an order from chance")
    size = subject.config.batch_size if subject.config is not None else _BATCH_SIZE
    first, second = loaded_rows(subject.images, size, seed=subject.config.seed if subject.config is not None else 0)
    whole = all(np.array_equal(np.sort(rows), np.arange(count)) for rows in (first, second))
    stored, between = _correlation(np.arange(count), first), _correlation(first, second)
    figures = {"correlation with the stored order": stored, "correlation of two epochs": between}
    figures["neighbours of one class as stored"] = _neighbours(subject.images.labels)
    figures["neighbours of one class as loaded"] = _neighbours(subject.images.labels[first])
    limit = _CHANCE / np.sqrt(count)
    shuffled = abs(stored) < limit and abs(between) < limit
    told = "no class order" if not subject.images.classes else (
        f"{figures['neighbours of one class as stored']:.0%} of neighbours are of one class as stored,"
        f" {figures['neighbours of one class as loaded']:.0%} as loaded"
    )  # fmt: skip
    if not whole:
        sentence = "The loader does not show every picture once in an epoch."
        return Finding(_NAME, "red", sentence, "Report this as a fault of the program.", figures)
    if not shuffled:
        sentence = f"The loader does not shuffle: the correlation with the stored order is {stored:.2f} ({told})."
        return Finding(_NAME, "red", sentence, "Report this as a fault of the program.", figures)
    sentence = f"The loader shuffles: the correlation with the stored order is {stored:.2f} ({told})."
    level: Level = "green"
    if size > subject.total:
        sentence = f"{sentence[:-1]}, but a batch of {size} is larger than the set of {subject.total}."
        level = "amber"
    return Finding(_NAME, level, sentence, f"Set batch_size to at most {subject.total}.", figures)


def loaded_rows(images: ImageSet, batch_size: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of the pictures in the order in which training gets them, for two epochs."""
    import torch  # noqa: PLC0415  only the checks that ask the loader or a recipe load it

    from training.batches import Batches  # noqa: PLC0415  loads torch

    count = len(images)
    numbered = replace(images, labels=np.arange(count, dtype=np.int32))  # a label comes along with its picture
    batches = Batches(
        numbered.images, numbered.labels, np.arange(count), seed=seed, flip=False, device=torch.device("cpu")
    )
    try:
        rows = [
            batches.at(start, min(batch_size, 2 * count - start)).labels.numpy()
            for start in range(0, 2 * count, batch_size)
        ]
    finally:
        batches.close()
    seen = np.concatenate(rows)
    return seen[:count], seen[count:]


def _correlation(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Of two orders (Spearman's, as these are ranks)."""
    return float(np.corrcoef(first, second)[0, 1])


def _neighbours(labels: NDArray[np.int32]) -> float:
    """The share of neighbours that are of one class."""
    known = labels[labels >= 0]
    return float((known[1:] == known[:-1]).mean()) if len(known) > 1 else 0.0


CHECK = Check(120, _NAME, _look)
