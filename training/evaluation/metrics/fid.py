"""The Fréchet distance between features of real and generated pictures."""

from __future__ import annotations

from training.evaluation.distances import DISTANCE_FEATURES, distances
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.numbers.frechet import frechet_distance
from training.evaluation.numbers.spread import bootstrap
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Floats

_ROUNDS = 10
_WIDE, _ROUNDS_OF_WIDE = 600, 4
"""With features as wide as Inception's a distance takes seconds."""


def measure(material: Material) -> Outcome:
    """`fid` with Inception, `frechet[...]` with anything else; against real pictures of the same number."""
    return distances(material, _figure)


def _figure(material: Material, kind: str, reals: Floats, fakes: Floats) -> Figure:
    rounds = _ROUNDS if reals.shape[1] <= _WIDE else _ROUNDS_OF_WIDE
    about = material.features(kind).about
    text = f"How far generated pictures as a whole are from real ones, as Gaussians of features of {about}."
    if kind == "inception":
        text += " It falls with the number of pictures: compare only with figures of the same number."
    return Figure(
        "fid" if kind == "inception" else f"frechet[{kind}]",
        frechet_distance(reals, fakes),
        bootstrap(frechet_distance, reals, fakes, rounds=rounds, seed=material.seed(4)),
        f"{rounds} bootstrap resamples",
        len(fakes),
        "lower",
        text,
    )


METRIC = Metric(
    "Fréchet distance", 1, measure, DISTANCE_FEATURES, place=20,
    question="How far are its pictures as a whole from real ones (FID)?",
    effort="minutes",
)  # fmt: skip
