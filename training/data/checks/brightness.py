"""Brightness and contrast of the pictures: black, white and empty ones."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Brightness"
_EMPTY = 4.0
"""Grey levels: a picture whose pixels deviate less from their mean shows nothing."""
_FLAT = 12.0
"""Median deviation below which the whole set is nearly invisible."""
_SOME_EMPTY, _MANY_EMPTY = 0.02, 0.25
_DARK, _BRIGHT = 16.0, 239.0
_EXAMPLES, _BINS = 8, 32


def _look(subject: Subject, _progress: Progress) -> Finding:
    grey = subject.pictures.mean(axis=-1, dtype=np.float32).reshape(len(subject.pictures), -1)
    mean, contrast = grey.mean(axis=1), grey.std(axis=1)
    empty = contrast < _EMPTY
    share, typical = float(empty.mean()), float(np.median(contrast))
    figures = {
        "mean brightness": float(mean.mean()),
        "spread of brightness": float(mean.std()),
        "typical contrast": typical,
        "share of empty pictures": share,
        "share of dark pictures": float((mean < _DARK).mean()),
        "share of bright pictures": float((mean > _BRIGHT).mean()),
    }
    shown = {"brightness": bars(np.histogram(mean, _BINS, (0, 256))[0].tolist())}
    if share:
        shown["empty"] = tiles(subject.pictures[np.flatnonzero(empty)[:_EXAMPLES]])
    level: Level = "green"
    if share > _SOME_EMPTY or typical < _FLAT:
        level = "amber"
    if share > _MANY_EMPTY:
        level = "red"
    sentence = (
        f"The pictures are {figures['mean brightness']:.0f} of 255 bright on average, between pictures this varies by"
        f" {figures['spread of brightness']:.0f}; their typical contrast is {typical:.0f}, and {share:.1%} are empty."
    )
    advice = (
        "Leave out the empty pictures."
        if share > _SOME_EMPTY
        else "Stretch the brightness of the pictures: their contrast is too small to see much of them."
    )
    return Finding(_NAME, level, sentence, advice, figures, shown)


CHECK = Check(40, _NAME, _look)
