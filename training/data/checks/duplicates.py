"""Whether pictures that are held out are also trained on, or nearly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.checks.drawing import tiles
from training.data.checks.finding import Check, Finding, Level, Missed
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Duplicates across the split"
_SIDE = 16
"""Pictures are compared at this side: noise and JPEG average out."""
_NEAR = 3.0
"""Grey levels (root mean square). Copies of photographs that were scaled or saved again lie below 1.5; line drawings
that differ by a few strokes at 3.5, photographs of different things above 5, digits of MNIST at 16."""
_SOME, _MANY = 0.0, 0.05
_SHOWN = 4
_BLOCK = 256


def _look(subject: Subject, progress: Progress) -> Finding | Missed:
    train, held = subject.images.split(subject.held_out)
    if not len(train) or not len(held):
        return Missed(_NAME, "no picture is held out")
    small = _small(subject.pictures)
    nearest, distance = _nearest(small[train], small[held], progress)
    near = distance < _NEAR
    exact = _exact(subject)
    share = max(float(near.mean()), exact / max(1, len(subject.split()[1])))
    figures = {
        "held-out pictures looked at": float(len(held)),
        "share with a twin to train on": float(near.mean()),
        "smallest distance": float(distance.min()),
        "exact copies on both sides": float(exact),
    }
    shown = {}
    if near.any():
        rows = np.argsort(distance, kind="stable")[:_SHOWN]
        pairs = np.stack([held[rows], train[nearest[rows]]], axis=1).reshape(-1)
        shown["held out, and its twin"] = tiles(subject.pictures[pairs], 2)
    sentence = (
        f"{int(near.sum()):,} of {len(held):,} held-out pictures ({near.mean():.1%}) are nearly the same as one to"
        f" train on, and {exact:,} are exact copies."
    )
    level: Level = "red" if share > _MANY else "amber" if share > _SOME else "green"
    advice = (
        "Prepare the set again, with a larger 'near', so that pictures that are alike stay on one side: evaluation"
        " rewards learning by heart."
    )
    return Finding(_NAME, level, sentence, advice, figures, shown)


def _exact(subject: Subject) -> int:
    """Held-out pictures of the manifest whose original is also among those to train on."""
    if not subject.records:
        return 0
    train, held = subject.split()
    seen = {subject.records[row].sha256 for row in train if subject.records[row].sha256}
    return sum(subject.records[row].sha256 in seen for row in held)


def _small(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures as rows of numbers, each averaged to about 16 x 16 places."""
    times = max(1, pictures.shape[1] // _SIDE)
    side = pictures.shape[1] // times
    cut = pictures[:, : side * times, : side * times]
    blocks = cut.reshape(len(cut), side, times, side, times, -1).mean(axis=(2, 4), dtype=np.float32)
    return np.asarray(blocks.reshape(len(cut), -1), np.float32)


def _nearest(
    train: NDArray[np.float32], held: NDArray[np.float32], progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each held-out picture the nearest to train on, and the distance as root mean square."""
    squares = np.square(train, dtype=np.float64).sum(axis=1)
    rows, distances = [], []
    for start in range(0, len(held), _BLOCK):
        progress("comparing pictures", start, len(held))
        some = held[start : start + _BLOCK]
        found = (squares - 2.0 * (some @ train.T)).argmin(axis=1)
        rows.append(found)
        distances.append(np.sqrt(np.square(some - train[found], dtype=np.float64).mean(axis=1)))
    return np.concatenate(rows), np.concatenate(distances)


CHECK = Check(100, _NAME, _look)
