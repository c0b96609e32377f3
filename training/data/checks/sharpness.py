"""Whether the pictures are as sharp as their size promises, or were enlarged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.checks.drawing import bars, tiles
from training.data.checks.finding import Check, Finding, Level
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Sharpness"
_FINEST = 0.4
"""Cycles per pixel; 0.5 is the finest detail there can be."""
_SOFT = 0.016
"""Share of a picture's variation in the finest fifth of detail. Photographs enlarged to twice their side stay below it
in 99 of 100 cases, and line drawings enlarged to three times; what was not enlarged has at least 0.035."""
_SOME, _MANY = 0.1, 0.5
_BINS, _EXAMPLES, _BLOCK = 32, 8, 256
_EPSILON = 1e-6


def fine_shares(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of each picture's variation (standard deviation) in the finest fifth of detail, (n,).

    From the Fourier spectrum of a picture whose opposite borders are made to meet by a window (Hann); 1 for pictures
    without any variation.
    """
    height, width = pictures.shape[1:3]
    window = np.hanning(height + 2)[1:-1, None] * np.hanning(width + 2)[None, 1:-1]
    fine = np.maximum(np.abs(np.fft.fftfreq(height))[:, None], np.fft.rfftfreq(width)[None]) > _FINEST
    shares = []
    for start in range(0, len(pictures), _BLOCK):
        grey = pictures[start : start + _BLOCK].mean(axis=-1, dtype=np.float32)
        grey = (grey - grey.mean(axis=(1, 2), keepdims=True)) * window
        power = np.square(np.abs(np.fft.rfft2(grey)))
        power[:, 0, 0] = 0
        whole = power.sum(axis=(1, 2))
        share = np.sqrt(power[:, fine].sum(axis=1) / np.maximum(whole, _EPSILON))
        shares.append(np.where(whole > _EPSILON, share, 1.0))
    return np.concatenate(shares)


def _look(subject: Subject, _progress: Progress) -> Finding:
    shares = fine_shares(subject.pictures)
    soft = shares < _SOFT
    enlarged = _enlarged(subject)
    share = float(soft.mean()) if enlarged is None else max(float(soft.mean()), enlarged)
    figures = {"share of soft pictures": float(soft.mean()), "typical share of fine detail": float(np.median(shares))}
    sentence = f"{soft.mean():.0%} of the pictures have next to no fine detail, as if they had been enlarged"
    if enlarged is not None:
        figures["share of enlarged pictures"] = enlarged
        sentence += f", and {enlarged:.0%} were smaller than {subject.pictures.shape[1]} pixels"
    shown = {"fine detail": bars(np.histogram(np.sqrt(shares), _BINS, (0, 1))[0].tolist())}
    if soft.any():
        shown["softest"] = tiles(subject.pictures[np.argsort(shares, kind="stable")[:_EXAMPLES]])
    level: Level = "red" if share > _MANY else "amber" if share > _SOME else "green"
    advice = "Train at a smaller image.size, or leave out what was enlarged: a model would learn the blur."
    return Finding(_NAME, level, f"{sentence}.", advice, figures, shown)


def _enlarged(subject: Subject) -> float | None:
    """The share of pictures whose part of the original, or whose prepared form, is smaller than what is trained on."""
    if not subject.records or subject.about is None:
        return None
    side = subject.pictures.shape[1]
    if 0 < subject.about.size < side:
        return 1.0
    taken = []
    for record in subject.records:
        left, top, right, bottom = record.crop
        taken.append(min(right - left, bottom - top) or min(record.width, record.height))
    return float((np.array(taken) < side).mean())


CHECK = Check(70, _NAME, _look)
