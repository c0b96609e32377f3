"""No figures: what to look at."""

from __future__ import annotations

import numpy as np

from training.evaluation.drawing import sheet
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.report import Outcome, Sheet
from training.evaluation.subject import Subject

_COLUMNS, _ROWS, _MOST_CLASSES = 8, 4, 24


def measure(material: Material) -> Outcome:
    """Random pictures, also class by class where classes can be asked for, and walks between two of them."""
    subject = material.subject
    codes = subject.sample(2 * _ROWS, material.seed(17))
    shares = np.linspace(0, 1, _COLUMNS, dtype=np.float32)[:, None]
    walks = np.concatenate([start + (end - start) * shares for start, end in zip(codes[::2], codes[1::2], strict=True)])
    samples = material.subject.decode(subject.sample(_COLUMNS * _ROWS, material.seed(18)))
    sheets = [
        sheet("Samples", "Random pictures, as they come.", samples, _COLUMNS),
        sheet("Interpolations", "Each row leads straight from one code to another.", subject.decode(walks), _COLUMNS),
    ]
    if subject.classes:
        sheets.insert(1, _by_class(subject, material.seed(18)))
    return Outcome(sheets=sheets)


def _by_class(subject: Subject, seed: int) -> Sheet:
    """The same codes in each row, asked for one class after the other."""
    classes, shown = len(subject.classes), subject.classes[:_MOST_CLASSES]
    rows = np.tile(subject.sample(_COLUMNS, seed), (len(shown), 1))
    rows[:, -classes:] = np.eye(classes, dtype=np.float32)[: len(shown)].repeat(_COLUMNS, axis=0)
    more = f" ({classes - len(shown)} more are not shown)" if classes > len(shown) else ""
    caption = (
        f"Each row is one class, from the top: {', '.join(shown)}{more}. What is below each other differs in nothing"
        " else."
    )
    return sheet("Samples by class", caption, subject.decode(rows), _COLUMNS)


METRIC = Metric(
    "Pictures", 1, measure, place=0,
    question="What do its pictures look like: at random, and on the way from one to another?",
    effort="seconds",
)  # fmt: skip
