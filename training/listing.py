"""Runs and recipes as tables and as JSON."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from training import run as runs
from training.config import Recipe, RunConfig, complete
from training.errors import TrainingError
from training.evaluation.direction import higher_is_better

_CLASSES_COUNTED = 16
"""A class-conditional model is counted with as many classes as there are built-in species."""
NOT_MEASURED = "not measured"


def described_run(run: runs.Run) -> dict[str, Any]:
    """A run for JSON: where it is, and the newest value of every metric."""
    records, _ = runs.read_metrics(run.folder)
    course = runs.latest_course(records)
    last: dict[str, Any] = {}
    for record in course:
        last |= record
    judged = run.config.evaluate.best
    figures = [record[judged] for record in course if isinstance(record.get(judged), int | float)]
    best = max if higher_is_better(judged) else min
    checkpoint = run.last_checkpoint
    return {
        "folder": str(run.folder),
        "name": run.config.name,
        "family": run.config.family,
        "recipe": run.config.recipe,
        "state": run.state,
        "phase": run.status.phase,
        "step": run.status.step,
        "total_steps": run.status.total_steps,
        "images_seen": run.status.images_seen,
        "message": run.status.message,
        "pid": run.status.pid,
        "changed": run.status.heartbeat,
        "checkpoint": str(checkpoint) if checkpoint else None,
        "best": best(figures, default=None),
        "metrics": {key: value for key, value in last.items() if key not in {"step", "images_seen"}},
    }


def runs_table(found: Sequence[runs.Run]) -> str:
    """One line for each run: what it is, how far, how fast, how good."""
    rows = [("NAME", "RECIPE", "STATE", "IMAGES", "IMAGES/S", "BEST", "LAST CHANGE")]
    for run in found:
        values = described_run(run)
        speed, best = values["metrics"].get("images_per_second"), values["best"]
        rows.append((
            run.folder.name,
            values["recipe"] or values["family"],
            values["state"],
            f"{values['images_seen']:,}",
            f"{speed:.0f}" if isinstance(speed, int | float) else "-",
            f"{best:.4g}" if best is not None else "-",
            _moment(values["changed"]),
        ))  # fmt: skip
    return _aligned(rows, right=(3, 4, 5))


def described_recipe(recipe: Recipe) -> dict[str, Any]:
    """A recipe for JSON: what it is for, its size, and what it took where it was measured (seconds, or null)."""
    values: dict[str, Any] = {
        "name": recipe.name,
        "title": recipe.title,
        "about": recipe.about,
        "family": recipe.family,
    }
    try:
        config = complete(recipe.values)
    except TrainingError as error:
        return {**values, "error": str(error)}
    images = config.images or config.steps * config.images_per_step
    expected = recipe.expected
    return {
        **values,
        "image_size": config.image.size,
        "latent_dim": config.latent.dim,
        "images": images,
        "parameters": count_parameters(config),
        "cpu_seconds": _seconds(expected.get("seconds_per_1000_images"), images),
        "cpu": expected.get("cpu"),
        "gpu_seconds": _seconds(expected.get("gpu_seconds_per_1000_images"), images),
        "gpu": expected.get("gpu"),
    }


def recipes_table(recipes: Sequence[Recipe]) -> str:
    """Two lines for each recipe."""
    lines = []
    for values in map(described_recipe, recipes):
        lines.append(f"{values['name']}: {values['title']}. {values['about']}")
        if "error" in values:
            lines.append(f"    cannot be used: {values['error']}")
            continue
        lines.append(
            f"    {values['image_size']} px, {values['parameters']:,} parameters, {values['images']:,} images;"
            f" CPU {_time(values['cpu_seconds'], values['cpu'])}, GPU {_time(values['gpu_seconds'], values['gpu'])}"
        )
    return "\n".join(lines)


def count_parameters(config: RunConfig) -> int:
    """Parameters of everything that is trained, a discriminator included."""
    import torch  # noqa: PLC0415  only the table of recipes needs it

    from training.models import family_named  # noqa: PLC0415

    with torch.device("meta"):
        model = family_named(config.family).build(config, _CLASSES_COUNTED)
    return sum(parameter.numel() for parameter in model.parameters())


def duration(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _seconds(per_thousand: Any, images: int) -> float | None:
    usable = isinstance(per_thousand, int | float) and math.isfinite(per_thousand)
    return per_thousand * images / 1000 if usable else None


def _time(seconds: float | None, machine: Any) -> str:
    if seconds is None:
        return NOT_MEASURED
    return f"{duration(seconds)} ({machine})" if machine else duration(seconds)


def _moment(unix_seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix_seconds)) if unix_seconds else "-"


def _aligned(rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) if place in right else cell.ljust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip
