"""One file per species; a file in this folder with a ``PLAN`` is a species, nothing else has to be told."""

from __future__ import annotations

import importlib
import pkgutil

from training.data.dinosaurs.plan import BodyPlan


def _found() -> tuple[BodyPlan, ...]:
    modules = (importlib.import_module(f"{__name__}.{entry.name}") for entry in pkgutil.iter_modules(__path__))
    return tuple(sorted((module.PLAN for module in modules), key=lambda plan: plan.order))


PLANS: tuple[BodyPlan, ...] = _found()


def plan_of(species: int) -> BodyPlan:
    """The plan of a species by its number in ``SPECIES``."""
    if not 0 <= species < len(PLANS):
        raise ValueError(f"There is no species number {species}: there are {len(PLANS)}. Choose 0 to {len(PLANS) - 1}.")
    return PLANS[species]
