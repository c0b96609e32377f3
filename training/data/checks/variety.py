"""Whether the pictures differ from each other, and by more than noise."""

from __future__ import annotations

import numpy as np

from training.data.checks.drawing import tiles
from training.data.checks.finding import Check, Finding, Level, Missed
from training.data.checks.noise import noise_deviations
from training.data.checks.subject import Subject
from training.data.images import Progress

_NAME = "Variety"
_PAIRS, _EXAMPLES = 1000, 16
_ALIKE, _SIMILAR = 8.0, 20.0
"""Grey levels (root mean square) between two pictures."""
_ONLY_NOISE = 1.3
"""Two pictures of nothing but noise of deviation s are sqrt(2) s apart: a ratio of 1."""


def _look(subject: Subject, _progress: Progress) -> Finding | Missed:
    pictures = subject.pictures
    if len(pictures) < 2:
        return Missed(_NAME, "there is only one picture")
    rng = np.random.default_rng(0)
    first = rng.integers(0, len(pictures), _PAIRS)
    second = (first + rng.integers(1, len(pictures), _PAIRS)) % len(pictures)
    distance = float(np.mean([_distance(pictures[a], pictures[b]) for a, b in zip(first, second, strict=True)]))
    by_noise = float(np.sqrt(2) * np.median(noise_deviations(pictures)))
    ratio = distance / max(by_noise, 1.0)
    level: Level = "amber" if distance < _SIMILAR else "green"
    if distance < _ALIKE or ratio < _ONLY_NOISE:
        level = "red"
    figures = {"distance of two pictures": distance, "distance by noise alone": by_noise, "ratio": ratio}
    shown = {"some": tiles(pictures[np.linspace(0, len(pictures) - 1, min(_EXAMPLES, len(pictures))).astype(int)])}
    sentence = (
        f"Two pictures are {distance:.0f} of 255 grey levels apart on average; noise alone would make it"
        f" {by_noise:.0f}."
    )
    advice = (
        "The pictures differ by nothing but noise: look at where they come from."
        if distance >= _ALIKE and ratio < _ONLY_NOISE
        else "The pictures are almost the same: add others, or there is little to learn."
    )
    return Finding(_NAME, level, sentence, advice, figures, shown)


def _distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(first.astype(np.float32) - second))))


CHECK = Check(80, _NAME, _look)
