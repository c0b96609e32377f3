"""The Inception score: each picture one class for sure, all pictures together all classes."""

from __future__ import annotations

import numpy as np

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.report import Figure, Outcome

SPLITS = 10
_FEATURES = ("inception", "classifier")


def inception_score(probabilities: np.ndarray) -> float:
    """Exp of the mean KL(p(class | picture) || p(class)), of probabilities (n, classes) (Salimans et al. 2016)."""
    p = np.maximum(np.asarray(probabilities, np.float64), 1e-16)
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))


def measure(material: Material) -> Outcome:
    """`inception_score` with Inception, `score[classifier]` with the classifier of these pictures."""
    figures, remarks = [], []
    for kind in _FEATURES:
        try:
            features = material.features(kind)
        except UnavailableError as error:
            remarks.append(f"{kind}: {error}.")
            continue
        if features.probabilities is None:
            continue
        found = features.probabilities(material.samples)
        parts = [inception_score(part) for part in np.array_split(found, min(SPLITS, len(found)))]
        text = (
            f"How sure {features.about} is of single pictures while naming many classes in all; 1 to {found.shape[1]}."
        )
        figures.append(
            Figure(
                "inception_score" if kind == "inception" else f"score[{kind}]",
                float(np.mean(parts)),
                float(np.std(parts)),
                f"{len(parts)} parts",
                len(found),
                "higher",
                text,
                float(inception_score(features.probabilities(material.reals))),
                len(material.reals),
            )
        )
    if not figures:
        raise UnavailableError("; ".join(remark.removesuffix(".") for remark in remarks))
    return Outcome(figures, remarks=remarks)


METRIC = Metric(
    "Inception score", 1, measure, _FEATURES, place=23,
    question="Is each picture clearly something, and are all together of every kind?",
    effort="seconds",
)  # fmt: skip
