"""The runs of which a table can be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dinoexplorer.comparing.choosing import chosen_rows
from dinoexplorer.comparing.making import Open, Progress, Question, make_table
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.generators.opening import read_info


@dataclass(frozen=True, slots=True)
class StudyRun:
    """A run that keeps checkpoints: its folder, what it is called, the length of its codes."""

    folder: Path
    title: str
    dim: int
    checkpoints: tuple[Path, ...]


def find_study_runs(home: Path) -> tuple[StudyRun, ...]:
    """The runs below a folder that have any checkpoint, the shortest codes first."""
    from training.run import find_runs  # noqa: PLC0415  pydantic models

    found = []
    for run in find_runs(home):
        single = run.best_checkpoint or run.last_checkpoint
        paths = run.checkpoints or (() if single is None else (single,))
        if paths:
            found.append(StudyRun(run.folder, run.title, run.config.latent.dim, paths))
    return tuple(sorted(found, key=lambda run: (run.dim, run.title)))


def table_of_runs(
    runs: Sequence[Sequence[Path]], rows: int, question: Question, open_: Open, progress: Progress
) -> ByteArray:
    """The table of these checkpoints by run, at most ``rows`` steps of them ``(height, width, 3)``.

    Raises
    ------
    GeneratorError
        If there is nothing to show, a checkpoint cannot be read, or the sheet would be too large.
    """
    paths = tuple(dict.fromkeys(chosen_rows(runs, rows)))
    if not paths:
        raise GeneratorError("There is no checkpoint to make a table of; choose a run that has written one.")
    return make_table([read_info(path) for path in paths], question, open_, progress)
