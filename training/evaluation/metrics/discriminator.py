"""Whether the discriminator can still tell."""

from __future__ import annotations

import numpy as np

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.report import Figure, Outcome

_BATCH = 64


def measure(material: Material) -> Outcome:
    """The shares of held-out and of generated pictures that a run's discriminator takes for what they are."""
    judge = material.subject.judge
    if judge is None:
        raise UnavailableError("there is no discriminator here: name the folder of a GAN's run, a checkpoint has none")
    pictures, labels = material.held_out, material.images.labels[material.held_places].astype(np.int64)
    found = []
    for start in range(0, len(pictures), _BATCH):
        block = slice(start, start + _BATCH)
        found.append((*judge.ask(pictures[block], labels[block], material.seed(12, start)), len(pictures[block])))
        material.tick("asking the discriminator", min(start + _BATCH, len(pictures)), len(pictures))
    shares, sizes = np.array(found)[:, :2], np.array(found)[:, 2]
    figures = []
    for name, values, what in zip(("real", "fake"), shares.T, ("held-out", "generated"), strict=True):
        value = float(np.average(values, weights=sizes))
        text = f"Share of {what} pictures that the discriminator takes for what they are; near 0.5 it cannot tell."
        # Of so many independent answers, each right with that chance.
        spread = float(np.sqrt(max(value * (1 - value), 0.0) / len(pictures)))
        figures.append(Figure(f"discriminator[{name}]", value, spread, "the binomial error", len(pictures), "", text))
    return Outcome(figures)


METRIC = Metric(
    "Discriminator", 1, measure, place=33,
    question="Can its discriminator still tell its pictures from real ones?",
    effort="seconds",
    needs=("discriminator",),
)  # fmt: skip
