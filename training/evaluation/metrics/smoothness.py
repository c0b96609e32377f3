"""Whether a walk through the latent space changes the picture evenly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome

WALKS, STEPS = 50, 60


def worst_to_median(walk: np.ndarray) -> float:
    """The largest change between two pictures of a walk (n, h, w, c) as a multiple of the median one; 1 where nothing
    changes, infinite where few steps do.
    """
    changes = [float(np.abs(after.astype(np.int16) - before).mean()) for before, after in pairwise(walk)]
    largest, median = max(changes), float(np.median(changes))
    if median > 0:
        return largest / median
    return float("inf") if largest > 0 else 1.0


def measure(material: Material) -> Outcome:
    """Straight walks between random codes."""
    codes = material.subject.sample(2 * WALKS, material.seed(7))
    shares = np.linspace(0, 1, STEPS + 1, dtype=np.float32)[:, None]
    ratios = []
    for number, (start, end) in enumerate(zip(codes[::2], codes[1::2], strict=True)):
        ratios.append(worst_to_median(material.subject.decode(start + (end - start) * shares)))
        material.tick("walking", number + 1, WALKS)
    values = np.minimum(ratios, float(STEPS))  # a walk that stands still but for one step has no median
    text = (
        f"Largest change in {STEPS} steps of a straight walk as a multiple of the median one, a mean of {WALKS} walks."
        " 1 is perfectly even, above 3 something jumps."
    )
    over = f"{RESAMPLES} bootstrap resamples of the walks"
    mean = Figure("smoothness", *bootstrap_mean(values, material.seed(8)), over, WALKS, "lower", text)
    return Outcome([mean])


METRIC = Metric(
    "Smoothness", 1, measure, place=30,
    question="Does a walk through its space change the picture evenly?",
    effort="a minute",
)  # fmt: skip
