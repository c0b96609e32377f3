"""What is looked at before training; one file a check, which holds a `CHECK`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from training.data.checks.finding import Check, Finding, Level, Missed, Report
from training.data.checks.subject import open_subject
from training.data.images import Progress

__all__ = ["Check", "Finding", "Level", "Missed", "Report", "check", "checks"]


@cache
def checks() -> tuple[Check, ...]:
    """All checks, in the order of the report."""
    modules = [import_module(module.name) for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}.")]
    found = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    return tuple(sorted(found, key=lambda one: one.place))


def check(source: str | Path, progress: Progress, *, recipe: str | None = None) -> Report:
    """Look at a prepared dataset, or any source that `open_images` knows, before a model is trained on it.

    Of a large set a seeded part is looked at, so it takes seconds; the two trials of the recipe take up to 20 s each.

    Parameters
    ----------
    source
        A dataset folder, a folder of pictures, an `.npz` file or `builtin:dinosaurs`.
    progress
        Called with what is looked at; it may raise to stop the work, between two steps of a trial at the latest.
    recipe
        The name of a recipe or a TOML file to check for; without it nothing is tried.

    Raises
    ------
    DataError
        The source is missing or holds nothing readable.
    ConfigError
        The recipe is unknown.
    """
    subject = open_subject(source, progress, recipe=recipe)
    findings: list[Finding] = []
    missed: list[Missed] = []
    if not subject.records:
        reason = "this is no prepared dataset; 'dinotrain prepare' makes one, with a manifest of what was left out"
        missed.append(Missed("Manifest", reason))
    for number, one in enumerate(checks()):
        progress(one.name, number, len(checks()))
        result = one.look(subject, progress)
        (findings if isinstance(result, Finding) else missed).append(result)  # type: ignore[arg-type]
    progress("checks", len(checks()), len(checks()))
    return Report(
        tuple(findings), tuple(missed), subject.source, subject.total, len(subject.images),
        subject.pictures.shape[1], recipe or "",
    )  # fmt: skip
