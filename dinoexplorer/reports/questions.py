"""An evaluation as it is asked for, and what the command tells on its way."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """What shall be evaluated.

    Attributes
    ----------
    target
        A checkpoint, or the folder of a run, which names its best.
    source
        A folder, an .npz file, or ``builtin:dinosaurs``.
    held_out
        Share of the pictures that the model was not trained on.
    """

    target: Path
    source: str
    metrics: tuple[str, ...]
    samples: int
    held_out: float
    seed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A metric that is asked now, the ``number``-th of ``count``."""

    name: str
    title: str
    number: int
    count: int


DINOEXPLORER = (sys.executable, "-m", "dinoexplorer")
"""It evaluates what `dinotrain` does, and checkpoints of other programs as well."""


def evaluate_words(question: Question) -> list[str]:
    """The words after `dinoexplorer` that ask it."""
    return [
        "evaluate", str(question.target), "--data", question.source, "--metrics", ",".join(question.metrics),
        "--samples", str(question.samples), "--held-out", str(question.held_out), "--seed", str(question.seed),
        "--progress", "json",
    ]  # fmt: skip


def asked_of(told: Mapping[str, Any]) -> Asked | None:
    """The metric that a line says is asked now; None where it tells something else."""
    values = told.get("metric")
    if not isinstance(values, dict):
        return None
    return Asked(str(values["name"]), str(values["title"]), int(values["number"]), int(values["count"]))


def folder_of(told: Mapping[str, Any]) -> Path | None:
    """Where a line says that the report so far is kept; None where it tells something else."""
    folder = told.get("kept")
    return Path(folder) if isinstance(folder, str) else None
