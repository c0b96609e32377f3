"""What a classifier of these pictures makes of the generated ones, class by class."""

from __future__ import annotations

import numpy as np

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome, Table

_SURE = 0.8


def measure(material: Material) -> Outcome:
    """Pictures of an asked class (or else reconstructions of a known one) that are named as that class."""
    features = material.features("classifier")
    if features.probabilities is None:
        raise UnavailableError("these features name no classes")
    found = features.probabilities(material.samples)
    named, sure = found.argmax(1), (found.max(1) >= _SURE).astype(float)
    right, of, kind = _right(material, named)
    real_labels, real = _held_out(material)
    rows: list[list[str | float]] = []
    for number, name in enumerate(material.images.classes):
        mine, theirs = of == number, real_labels == number
        rows.append([
            name,
            float(right[mine].mean()) if mine.any() else float("nan"),
            int(mine.sum()),
            float((named == number).mean()),
            float(real[theirs].mean()) if theirs.any() else float("nan"),
        ])  # fmt: skip
    over = f"{RESAMPLES} bootstrap resamples"
    floor = float(real.mean()) if len(real) else None
    figures = [
        Figure("class_accuracy", *bootstrap_mean(right, material.seed(15)), over, len(right), "higher",
               f"Share of {kind} that a classifier of these pictures names rightly.", floor, len(real)),
        Figure("class_sure", *bootstrap_mean(sure, material.seed(16)), over, len(sure), "higher",
               f"Share of random pictures that are one class with a confidence of {_SURE:g} or more."),
    ]  # fmt: skip
    columns = ["class", f"right, {kind}", "of", "share of random pictures", "right, real held-out"]
    return Outcome(figures, tables=[Table("Classes", columns, rows)])


def _right(material: Material, named: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """Whether each picture of a known class is named rightly, that class, and what pictures these are."""
    subject = material.subject
    if subject.classes:
        order = [
            material.images.classes.index(name) if name in material.images.classes else -1 for name in subject.classes
        ]
        asked = np.array(order)[material.codes[:, -len(subject.classes) :].argmax(1)]
        known = asked >= 0
        if not known.any():
            raise UnavailableError("the classes of these pictures are not those that the model was trained on")
        return (named == asked)[known].astype(float), asked[known], "pictures of an asked class"
    probabilities = material.features("classifier").probabilities
    labels = material.images.labels[material.held_places]
    known = labels >= 0
    if probabilities is None or not known.any():
        raise UnavailableError("no held-out picture has a class")
    rebuilt = probabilities(material.rebuilt).argmax(1)
    return (rebuilt == labels)[known].astype(float), labels[known], "reconstructions"


def _held_out(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Classes of held-out pictures, and whether the classifier names them rightly: how far it is to be trusted."""
    probabilities = material.features("classifier").probabilities
    labels = material.images.labels[material.held_places]
    known = labels >= 0
    if probabilities is None or not known.any():
        return np.empty(0, np.int64), np.empty(0)
    named = probabilities(material.held_out[known]).argmax(1)
    return labels[known], (named == labels[known]).astype(float)


METRIC = Metric(
    "Classes", 1, measure, ("classifier",), place=24,
    question="Does a classifier recognise what it makes, class by class?",
    effort="seconds",
    needs=("held_out",),
)  # fmt: skip
