"""The metrics of a training that is still going on."""

from __future__ import annotations

import math

from training.data.images import BUILTIN
from training.errors import TrainingError
from training.evaluation.features.weights import weights_folder
from training.evaluation.judging import make_judge
from training.evaluation.known_factors import factors_of
from training.evaluation.material import Material, Settings, UnavailableError
from training.evaluation.metrics import metric_named
from training.evaluation.native import Identity, NativeSubject
from training.session import Session, Tick

PREFIX = "evaluate/"
_DESCRIBED = 2048


def measure_on_the_way(session: Session, tick: Tick) -> dict[str, float]:
    """The figures of `evaluate.metrics` for the averaged weights as they stand, by their names in the metrics.

    Real and random pictures are the same ones each time, so that a curve shows the model's change alone. What cannot be
    measured becomes a notice, once.
    """
    config, options = session.config, session.config.evaluate
    names = [name for name in options.metrics.split(",") if name and name not in session.unmeasured]
    if not names:
        return {}
    statistics = session.statistics(_DESCRIBED, tick)
    found: dict[str, float] = {}
    with session.ema.evaluating() as model:
        subject = NativeSubject(
            Identity("run", f"step {session.step}"), model, config, session.images.classes,
            statistics=statistics, objective=config.objective,
        )  # fmt: skip
        if hasattr(model, "discriminator"):
            subject.judge = make_judge("", session.objective, session.ema, config)
        settings = Settings(options.samples, config.seed, config.data.held_out, weights_folder())
        factors = None
        if config.data.source.startswith(BUILTIN):
            factors = factors_of(session.images.names, config.seed, config.data.variation)
        material = Material(subject, session.images, settings, tick, factors)
        for name in names:
            try:
                figures = metric_named(name).measure(material).figures
            except UnavailableError as error:
                session.unmeasured.add(name)
                session.notices.append(f"evaluate.metrics: {name} is left out: {error}")
                continue
            found |= {f"{PREFIX}{figure.name}": figure.value for figure in figures if math.isfinite(figure.value)}
    return found


def refuse_unknown_best(session: Session, figures: dict[str, float]) -> None:
    """Raise a `TrainingError` when the figure that shall decide what is best is none of this run."""
    best = session.config.evaluate.best
    if best not in figures:
        known = ", ".join(name for name in figures if isinstance(figures[name], float) and name.count("/") == 1)
        raise TrainingError(f"evaluate.best = {best!r} is no figure of this run; it has {known}")
