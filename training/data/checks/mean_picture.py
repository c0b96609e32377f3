"""The mean of all pictures and how much each place varies: borders, frames and prints that are in all of them show."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import enlarged, in_bytes
from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Mean picture"
_STILL = 4.0
"""Grey levels: a place that varies less than this is the same in all pictures."""
_MUCH, _NEARLY_ALL = 0.5, 0.9
"""Share of such places; MNIST, whose digits are centred on black, has 0.25."""


def _look(subject: Subject, _progress: Progress) -> Finding:
    pictures = subject.pictures
    mean = np.mean(pictures, axis=0, dtype=np.float64)
    squares = np.zeros_like(mean)
    for picture in pictures:
        squares += np.square(picture - mean)
    deviation = np.sqrt(squares / len(pictures))
    still = float((deviation.max(axis=-1) < _STILL).mean())
    figures = {"share that never changes": still, "mean deviation of a place": float(deviation.mean())}
    shown = {
        "mean": enlarged(in_bytes(np.asarray(mean))),
        "deviation": enlarged(in_bytes(deviation * (255 / max(1.0, float(deviation.max()))))),
    }
    level: Level = "red" if still >= _NEARLY_ALL else "amber" if still >= _MUCH else "green"
    sentence = (
        f"{still:.0%} of the picture is the same in all {len(pictures):,} pictures; elsewhere a place varies by"
        f" {float(deviation.mean()):.0f} of 255 grey levels on average."
    )
    advice = "Crop closer (crop=center or bbox): a model spends its effort on what never changes."
    return Finding(_NAME, level, sentence, advice, figures, shown)


CHECK = Check(30, _NAME, _look)
