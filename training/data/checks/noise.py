"""How noisy the pictures are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Noise"
_NOISY, _HOPELESS = 15.0, 40.0
"""Grey levels; fine texture counts as noise here: of photographs at 64 px one in a hundred has 12."""
_MANY = 0.1
_BINS, _LARGEST, _EXAMPLES = 32, 80.0, 8
_GAUSSIAN = 0.6745
"""Median of the absolute value of a standard normal variable."""


def noise_deviations(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The standard deviation of the noise in each picture, (n,), in grey levels.

    From the median absolute diagonal detail of the finest Haar wavelets (Donoho & Johnstone 1994), which edges hardly
    move; 0 for pictures of less than 2 x 2 pixels.
    """
    grey = pictures.mean(axis=-1, dtype=np.float32)
    height, width = grey.shape[1] // 2 * 2, grey.shape[2] // 2 * 2
    if not height or not width:
        return np.zeros(len(pictures))
    grey = grey[:, :height, :width]
    detail = 0.5 * (grey[:, ::2, ::2] - grey[:, 1::2, ::2] - grey[:, ::2, 1::2] + grey[:, 1::2, 1::2])
    typical = np.median(np.abs(detail).reshape(len(pictures), -1), axis=1)
    return np.asarray(typical / _GAUSSIAN, np.float64)


def _look(subject: Subject, _progress: Progress) -> Finding:
    deviations = noise_deviations(subject.pictures)
    typical, noisy = float(np.median(deviations)), float((deviations > _HOPELESS).mean())
    figures = {"typical noise": typical, "share of very noisy pictures": noisy}
    worst = np.argsort(-deviations, kind="stable")[:_EXAMPLES]
    shown = {
        "noise": bars(np.histogram(deviations, _BINS, (0, _LARGEST))[0].tolist()),
        "noisiest": tiles(subject.pictures[worst]),
    }
    level: Level = "red" if typical > _HOPELESS else "amber" if typical > _NOISY or noisy > _MANY else "green"
    sentence = (
        f"The typical noise of a picture is {typical:.1f} of 255 grey levels (fine texture included), and {noisy:.1%}"
        f" of the pictures have more than {_HOPELESS:.0f}."
    )
    advice = "Leave out the noisiest pictures, or prepare them at a smaller size: shrinking averages noise away."
    return Finding(_NAME, level, sentence, advice, figures, shown)


CHECK = Check(60, _NAME, _look)
