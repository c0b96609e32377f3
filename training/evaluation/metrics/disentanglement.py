"""Whether single latent dimensions stand for single factors; where the factors are known."""

from __future__ import annotations

from typing import Literal

import numpy as np

from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric
from training.evaluation.numbers.disentanglement import Factor, dci, mutual_information_gap
from training.evaluation.numbers.spread import over_halves
from training.evaluation.report import Figure, Outcome, Table

_MOST, _FEWEST = 4000, 200
_OVER = "10 random halves, over sqrt 2"


def measure(material: Material) -> Outcome:
    """MIG (Chen et al. 2018) and DCI (Eastwood & Williams 2018) of the encoded means."""
    rows = np.arange(len(material.images))
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST)).astype(int)]
    factors = material.factors(rows)
    if len(rows) < _FEWEST:
        raise UnavailableError(f"needs at least {_FEWEST} pictures with known factors")
    codes = material.encoded(rows).astype(np.float64)
    material.tick("comparing codes and factors", 0, 1)
    gaps = mutual_information_gap(codes, factors)
    text = "What the best dimension knows of a factor more than the second best, as a share of all there is to know."
    spread = over_halves(lambda some: float(mutual_information_gap(codes[some], _of(factors, some)).mean()),
                         len(rows), material.seed(13))  # fmt: skip
    figures = [Figure("mig", float(gaps.mean()), spread, _OVER, len(rows), "higher", text)]
    scores = dci(codes, factors)
    names: dict[Literal["disentanglement", "completeness", "informativeness"], str] = {
        "disentanglement": "Whether each dimension is of importance to one factor only; 1 is perfect.",
        "completeness": "Whether each factor lies in one dimension only; 1 is perfect.",
        "informativeness": "How much of the factors the codes tell at all (linearly); 1 is everything.",
    }
    for name, meaning in names.items():
        spread = over_halves(
            lambda some, name=name: float(getattr(dci(codes[some], _of(factors, some)), name)),  # type: ignore[misc]
            len(rows), material.seed(14),
        )  # fmt: skip
        figures.append(Figure(f"dci[{name}]", getattr(scores, name), spread, _OVER, len(rows), "higher", meaning))
        material.tick("comparing codes and factors", len(figures), 4)
    order = np.argsort(-gaps, kind="stable")
    table = Table("MIG of each factor", ["factor", "gap"], [[factors[i].name, float(gaps[i])] for i in order])
    return Outcome(figures, tables=[table])


def _of(factors: list[Factor], rows: np.ndarray) -> list[Factor]:
    return [Factor(one.name, one.values[rows], one.columns[rows]) for one in factors]


METRIC = Metric(
    "Disentanglement", 1, measure, place=32,
    question="Does one number of the code stand for one thing in the picture?",
    effort="a minute",
    needs=("encoder", "factors"),
)  # fmt: skip
