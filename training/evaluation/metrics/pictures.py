"""No figures: what to look at."""

from __future__ import annotations

import numpy as np

from training.evaluation.drawing import sheet
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.report import Outcome

_COLUMNS, _ROWS = 8, 4


def measure(material: Material) -> Outcome:
    """Random pictures, and walks between two of them."""
    subject = material.subject
    codes = subject.sample(2 * _ROWS, material.seed(17))
    shares = np.linspace(0, 1, _COLUMNS, dtype=np.float32)[:, None]
    walks = np.concatenate([start + (end - start) * shares for start, end in zip(codes[::2], codes[1::2], strict=True)])
    samples = material.subject.decode(subject.sample(_COLUMNS * _ROWS, material.seed(18)))
    return Outcome(sheets=[
        sheet("Samples", "Random pictures, as they come.", samples, _COLUMNS),
        sheet("Interpolations", "Each row leads straight from one code to another.", subject.decode(walks), _COLUMNS),
    ])  # fmt: skip


METRIC = Metric("Pictures", 1, measure, place=0)
