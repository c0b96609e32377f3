"""What the distances between real and generated pictures have in common: they are told for each kind of features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from training.evaluation.material import Material, UnavailableError
from training.evaluation.report import Figure, Outcome
from training.evaluation.subject import Floats

DISTANCE_FEATURES = ("inception", "squeezenet", "classifier", "encoder")
_FEWEST = 8
Measure = Callable[[Material, str, Floats, Floats], Figure]


def distances(material: Material, measure: Measure, kinds: tuple[str, ...] = DISTANCE_FEATURES) -> Outcome:
    """One figure for each kind of features that can be had, with its floor; remarks say how to get the others.

    The floor is the figure of held-out pictures in place of generated ones.

    Raises
    ------
    UnavailableError
        There are no features at all.
    """
    if min(len(material.reals), material.settings.samples) < _FEWEST:
        raise UnavailableError(f"needs at least {_FEWEST} pictures of each side; raise --samples or add pictures")
    figures, remarks = [], []
    for kind in kinds:
        try:
            reals = material.embedded(kind, "reals")
        except UnavailableError as error:
            remarks.append(f"{kind}: {error}.")
            continue
        material.tick(f"measuring ({kind})", 0, 1)
        figure = measure(material, kind, reals, material.embedded(kind, "samples"))
        if len(material.held_rows) >= _FEWEST:
            real = material.embedded(kind, "held_out")
            figure = replace(figure, floor=measure(material, kind, reals, real).value, floor_count=len(real))
        figures.append(figure)
    if not figures:
        raise UnavailableError("; ".join(remark.removesuffix(".") for remark in remarks))
    return Outcome(figures, remarks=remarks)
