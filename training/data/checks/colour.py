"""Whether the pictures have colour, and all of them."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import Check, Finding, Missed
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Colour"
_GREY = 3.0
"""Grey levels between a pixel's channels, on average over a picture: what JPEG adds to a grey picture stays below."""
_CONSTANT = 1.0
"""Deviation in grey levels below which a channel holds nothing."""
_MIXED, _ALL = 0.1, 0.995
_EXAMPLES, _BINS = 8, 32


def _look(subject: Subject, _progress: Progress) -> Finding | Missed:
    pictures = subject.pictures
    if pictures.shape[-1] == 1:
        return Missed(_NAME, "the pictures are read as grey (channels = 1)")
    spread = (pictures.max(axis=-1) - pictures.min(axis=-1)).mean(axis=(1, 2), dtype=np.float64)
    grey = spread < _GREY
    share = float(grey.mean())
    deviations = [float(pictures[..., channel].std(dtype=np.float64)) for channel in range(3)]
    figures = {"share of grey pictures": share, "mean colourfulness": float(spread.mean())}
    figures |= {f"deviation of {name}": value for name, value in zip(("red", "green", "blue"), deviations, strict=True)}
    shown = {"colourfulness": bars(np.histogram(spread, _BINS, (0, 256))[0].tolist())}
    sentence = (
        f"{share:.1%} of the pictures are grey; between the channels lie {spread.mean():.0f} grey levels on average."
    )
    constant = [name for name, value in zip(("red", "green", "blue"), deviations, strict=True) if value < _CONSTANT]
    if constant and len(constant) < 3:
        sentence = f"The {' and '.join(constant)} of all pictures is constant, the other colours vary."
        return Finding(
            _NAME, "red", sentence, "Look at how the pictures were made: a channel was lost.", figures, shown
        )
    if share >= _ALL:
        advice = "Prepare them with channels = 1 and train with image.channels=1: the same pictures at less effort."
        return Finding(_NAME, "amber", sentence, advice, figures, shown)
    if _MIXED < share < 1 - _MIXED:
        half = [np.flatnonzero(grey)[: _EXAMPLES // 2], np.flatnonzero(~grey)[: _EXAMPLES // 2]]
        shown["grey and coloured"] = tiles(pictures[np.concatenate(half)])
        advice = "Leave out the grey ones, or make all grey (channels = 1), unless both are wanted."
        return Finding(_NAME, "amber", sentence, advice, figures, shown)
    return Finding(_NAME, "green", sentence, figures=figures, pictures=shown)


CHECK = Check(50, _NAME, _look)
