"""How likely a variational autoencoder finds held-out pictures."""

from __future__ import annotations

import numpy as np

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import NO_LIKELIHOOD

DRAWS = 50
_MOST = 500
_BLOCK = 32


def measure(material: Material) -> Outcome:
    """The evidence lower bound, and the tighter bound of `DRAWS` importance-weighted draws (Burda et al. 2016)."""
    subject = material.subject
    if subject.log_weights is None:
        raise UnavailableError(NO_LIKELIHOOD)
    pictures = material.held_out[:_MOST]
    blocks = []
    for number, start in enumerate(range(0, len(pictures), _BLOCK)):
        blocks.append(subject.log_weights(pictures[start : start + _BLOCK], DRAWS, material.seed(2, number)))
        material.tick("weighing draws", min(start + _BLOCK, len(pictures)), len(pictures))
    weights = np.concatenate(blocks)
    over = f"{RESAMPLES} bootstrap resamples of the pictures"
    figures = []
    for name, values, what in (
        ("elbo", weights.mean(1), "Evidence lower bound"),
        (f"iwae[{DRAWS}]", log_mean_exp(weights), f"The tighter bound of {DRAWS} importance-weighted draws"),
    ):
        text = f"{what} of the log-likelihood of a held-out picture, in nats ({subject.likelihood})."
        figures.append(Figure(name, *bootstrap_mean(values, material.seed(3)), over, len(values), "higher", text))
    return Outcome(figures)


def log_mean_exp(values: np.ndarray) -> np.ndarray:
    """Log of the mean of exp along the last axis, where exp itself would overflow."""
    top = values.max(-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(values - top).mean(-1)))


METRIC = Metric(
    "Likelihood", 1, measure, place=12,
    question="How likely does it find pictures that it has never seen?",
    effort="minutes",
    needs=("likelihood", "held_out"),
)  # fmt: skip
