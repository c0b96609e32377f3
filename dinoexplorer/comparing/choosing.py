"""Which checkpoints stand beside each other, and how they are arranged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from dinoexplorer.comparing.captions import in_run

MOST = 9
Item = TypeVar("Item")


def evenly_chosen(items: Sequence[Item], count: int) -> tuple[Item, ...]:
    """At most ``count`` of the items in their order: the last, the first, and what lies evenly between."""
    if len(items) <= count:
        return tuple(items)
    if count < 2:
        return tuple(items[-count:]) if count else ()
    last = len(items) - 1
    return tuple(items[round(place * last / (count - 1))] for place in range(count))


def checkpoints_of_run(folder: Path) -> tuple[Path, ...]:
    """The step checkpoints of a run, oldest first; the best or the newest where it keeps no steps; none elsewhere."""
    from training.run import RunError, read_run  # noqa: PLC0415  pydantic models

    try:
        run = read_run(folder)
    except (RunError, OSError):
        return ()
    if run.checkpoints:
        return run.checkpoints
    return tuple(path for path in (run.best_checkpoint or run.last_checkpoint,) if path is not None)


def same_run(path: Path) -> tuple[Path, ...]:
    """The other step checkpoints of the run that a checkpoint lies in, oldest first."""
    if not in_run(path):
        return ()
    return tuple(other for other in checkpoints_of_run(path.parent.parent) if other != path)


def checkpoints_at(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files that are named, each once; for the folder of a run all its step checkpoints."""
    found = [inner for path in paths for inner in (checkpoints_of_run(path) if path.is_dir() else ()) or (path,)]
    return tuple(dict.fromkeys(found))


def chosen_rows(runs: Sequence[Sequence[Path]], most: int) -> tuple[Path, ...]:
    """Of each run's step checkpoints those at the same steps, at most ``most`` steps, evenly chosen.

    The steps that all runs have, or where they share fewer than two, all steps there are. A run that keeps no steps
    gives all it has.
    """
    from training.run.reading import step_of  # noqa: PLC0415  pydantic models

    by_step = [{step_of(path)[0]: path for path in run} for run in runs]
    stepped = [set(found) for found in by_step if -1 not in found]
    shared = set.intersection(*stepped) if stepped else set()
    steps = evenly_chosen(sorted(shared if len(shared) > 1 else set().union(*stepped)), most)
    return tuple(path for found in by_step for step, path in found.items() if step in steps or step < 0)


def grid_shape(count: int, width: float, height: float, head: float = 0.0) -> tuple[int, int]:
    """Rows and columns in which ``count`` squares, each below a head, are the largest in this room."""

    def worth(columns: int) -> tuple[float, int]:
        rows = math.ceil(count / columns)
        return min(width / columns, height / rows - head), -rows * columns

    columns = max(range(1, count + 1), key=worth)
    return math.ceil(count / columns), columns
