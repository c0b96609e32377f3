"""Whether generated pictures look real, and whether all kinds of real pictures occur among them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from training.evaluation.distances import DISTANCE_FEATURES
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.neighbours import Manifolds, manifolds
from training.evaluation.numbers.spread import RESAMPLES, bootstrap_mean
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Floats

NEIGHBOURS = 5
_Name = Literal["precision", "recall", "density", "coverage"]
_MEANINGS: dict[_Name, str] = {
    "precision": "Share of generated pictures that lie among real ones",
    "recall": "Share of real pictures that lie among generated ones",
    "density": "How deep among real pictures the generated ones lie (1: as real ones do)",
    "coverage": "Share of real pictures that have a generated one nearby",
}


def measure(material: Material) -> Outcome:
    """Precision, recall, density and coverage with each kind of features that can be had."""
    figures: list[Figure] = []
    remarks = []
    for kind in (*DISTANCE_FEATURES, "pixels"):
        try:
            reals = material.embedded(kind, "reals")
        except UnavailableError as error:
            remarks.append(f"{kind}: {error}.")
            continue
        fakes = material.embedded(kind, "samples")
        if min(len(reals), len(fakes)) <= NEIGHBOURS:
            raise UnavailableError(f"needs more than {NEIGHBOURS} pictures of each side; raise --samples")
        figures += _figures(material, kind, reals, fakes)
    return Outcome(figures, remarks=remarks)


def _figures(material: Material, kind: str, reals: Floats, fakes: Floats) -> list[Figure]:
    material.tick(f"looking for neighbours ({kind})", 0, 1)
    found = manifolds(reals, fakes, NEIGHBOURS)
    floor: Manifolds | None = None
    real_count = 0
    if len(material.held_rows) > NEIGHBOURS:
        real = material.embedded(kind, "held_out")
        floor, real_count = manifolds(reals, real, NEIGHBOURS), len(real)
    about = material.features(kind).about
    figures = []
    for name, meaning in _MEANINGS.items():
        values: np.ndarray = getattr(found, name)
        figures.append(
            Figure(
                f"{name}[{kind}]",
                *bootstrap_mean(values, material.seed(6)),
                f"{RESAMPLES} bootstrap resamples",
                len(values),
                "higher",
                f"{meaning}, by features of {about} and their {NEIGHBOURS} nearest.",
                None if floor is None else float(getattr(floor, name).mean()),
                real_count,
            )
        )
    return figures


METRIC = Metric(
    "Precision and recall", 1, measure, (*DISTANCE_FEATURES, "pixels"), place=22,
    question="Do its pictures look real, and does every kind of real picture occur?",
    effort="seconds after the ones above",
)  # fmt: skip
