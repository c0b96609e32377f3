"""The registry of metrics: every module of this package holds a `METRIC`, and its name is the module's.

The names are known without loading anything that needs torch.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from training.errors import TrainingError
from training.evaluation.report import Outcome

if TYPE_CHECKING:
    from training.evaluation.features.weights import WeightsFile
    from training.evaluation.material import Material

Need = Literal["encoder", "likelihood", "discriminator", "factors", "held_out", "weights"]
"""What a metric is nothing without: `weights` are those of its files."""


@dataclass(frozen=True)
class Metric:
    """One kind of question to a model.

    Attributes
    ----------
    title
        What a person reads above its figures.
    version
        Goes up when the same material would give other figures: earlier results are then computed anew.
    measure
        The answer; raises `UnavailableError` where there can be none.
    features, files
        Kinds of features, and weights of other networks, that it looks at where they can be had; they decide whether an
        earlier result still holds.
    place
        Where in a report: small numbers first.
    question
        What it asks, for who has never heard of it.
    effort
        How long it takes, in words: at 64 px, with 2,000 samples, on a processor.
    needs
        What it cannot be asked without, as far as that can be told before.
    """

    title: str
    version: int
    measure: Callable[[Material], Outcome]
    features: tuple[str, ...] = ()
    files: tuple[WeightsFile, ...] = ()
    place: int = 50
    question: str = ""
    effort: str = ""
    needs: tuple[Need, ...] = ()


def metric_names() -> tuple[str, ...]:
    """All metrics, in alphabetical order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def metric_named(name: str) -> Metric:
    """The metric of that name (imports torch)."""
    metric: Metric = import_module(f"{__name__}.{name}").METRIC
    return metric


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """The same names, each once.

    Raises
    ------
    TrainingError
        There is no such metric; the text suggests the nearest.
    """
    known = metric_names()
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f": did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
            raise TrainingError(f"unknown metric {name!r}{hint}")
    return tuple(dict.fromkeys(names))
