"""Whether enough pictures are held out to judge the training by, of every class."""

from __future__ import annotations

import numpy as np

from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Held-out share"
_FEW = 32
"""Held-out pictures below which an evaluation is mostly chance."""
_MUCH = 0.3
_NAMED = 3


def _look(subject: Subject, _progress: Progress) -> Finding:
    _train, held = subject.split()
    share = len(held) / len(subject.hashes)
    number = round(share * subject.total)
    classes = subject.images.classes
    counts = np.bincount(subject.labels[held][subject.labels[held] >= 0], minlength=len(classes))
    # Of a part of the set a class may lack them by chance.
    known = len(held) > 0 and len(subject.labels) == subject.total
    lacking = [name for name, count in zip(classes, counts, strict=True) if known and not count]
    figures = {"share": share, "held out": float(number), "classes without any": float(len(lacking))}
    sentence = f"{share:.1%} of the pictures are held out, {number:,} of {subject.total:,}"
    if lacking:
        sentence += f"; none of {', '.join(lacking[:3])}" + (
            f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        )
    level: Level = "green"
    advice = ""
    if number < _FEW or lacking:
        level, advice = "amber", "Hold out a larger share (data.held_out=0.1), or add pictures."
    elif share > _MUCH:
        level, advice = "amber", "Hold out a smaller share (data.held_out=0.05): the training needs the pictures more."
    if not len(held):
        level, advice = "red", "Hold out a share (data.held_out=0.05): nothing tells learning from learning by heart."
    return Finding(_NAME, level, f"{sentence}.", advice, figures)


CHECK = Check(110, _NAME, _look)
