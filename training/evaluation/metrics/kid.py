"""The kernel distance between features of real and generated pictures."""

from __future__ import annotations

from training.evaluation.distances import DISTANCE_FEATURES, distances
from training.evaluation.material import Material
from training.evaluation.metrics import Metric
from training.evaluation.numbers.kernel_distance import SUBSETS, kernel_distance
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Floats


def measure(material: Material) -> Outcome:
    """`kid` with Inception, `kernel[...]` with anything else."""
    return distances(material, _figure)


def _figure(material: Material, kind: str, reals: Floats, fakes: Floats) -> Figure:
    value, spread, size = kernel_distance(reals, fakes, material.seed(5))
    about = material.features(kind).about
    return Figure(
        "kid" if kind == "inception" else f"kernel[{kind}]",
        value,
        spread,
        f"{SUBSETS} subsets of {size}",
        len(fakes),
        "lower",
        f"How far generated pictures are from real ones, whatever their number: squared MMD of features of {about}.",
    )


METRIC = Metric(
    "Kernel distance", 1, measure, DISTANCE_FEATURES, place=21,
    question="The same, told fairly from few pictures (KID)?",
    effort="seconds after the one above",
)  # fmt: skip
