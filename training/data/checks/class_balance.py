"""Whether every class has its share of the pictures."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import bars
from training.data.checks.finding import Check, Finding, Level, Missed
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Class balance"
_UNEVEN, _LOPSIDED = 4.0, 20.0
"""How many times as many pictures the largest class has as the smallest; the sets at hand lie below 1.3."""
_LONELY = 10
"""A class of fewer pictures is learnt by heart."""
_UNLABELLED = 0.05


def _look(subject: Subject, _progress: Progress) -> Finding | Missed:
    classes = subject.images.classes
    if not classes:
        return Missed(_NAME, "the pictures have no classes")
    known = subject.labels[subject.labels >= 0]
    counts = np.bincount(known, minlength=len(classes))
    unlabelled = 1 - len(known) / len(subject.labels)
    largest, smallest = int(counts.argmax()), int(counts.argmin())
    ratio = counts[largest] / max(1, counts[smallest])
    figures = {f"pictures of {name}": float(count) for name, count in zip(classes, counts, strict=True)}
    figures |= {"largest to smallest": float(ratio), "share without a class": unlabelled}
    pictures = {"pictures of each class": bars(counts.tolist(), line=float(counts.mean()))}
    sentence = (
        f"{len(classes)} classes: the largest ({classes[largest]}) has {counts[largest]:,} pictures, the smallest"
        f" ({classes[smallest]}) {counts[smallest]:,}, which is {ratio:.1f} to 1"
    )
    if len(subject.labels) < subject.total:
        sentence += f" among the {len(subject.labels):,} looked at"
    if unlabelled > _UNLABELLED:
        sentence += f"; {unlabelled:.0%} of the pictures have no class"
    level: Level = "green"
    if ratio > _UNEVEN or unlabelled > _UNLABELLED or counts[smallest] < _LONELY:
        level = "amber"
    if ratio > _LOPSIDED:
        level = "red"
    return Finding(
        _NAME, level, f"{sentence}.", _advice(float(ratio), unlabelled, classes[smallest]), figures, pictures
    )


def _advice(ratio: float, unlabelled: float, smallest: str) -> str:
    if ratio <= _UNEVEN and unlabelled > _UNLABELLED:
        return "Label the pictures that have no class, or leave them out."
    return f"Add pictures of {smallest}, join it with another class, or leave out some of the largest class."


CHECK = Check(20, _NAME, _look)
