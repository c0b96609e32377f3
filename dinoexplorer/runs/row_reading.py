"""A run in one line, read again only when something of it changed."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dinoexplorer.runs.courses import Pieces
from dinoexplorer.runs.queue_file import Entry
from dinoexplorer.runs.views import RunRow
from training.config import RunConfig, from_toml
from training.errors import TrainingError
from training.evaluation.direction import higher_is_better
from training.run import LIVE_STATES, Marks, Run, RunError, State, finite, marks_of, read_run, state_now


class RowReader:
    """Follows one run folder.

    Attributes
    ----------
    run
        As it was read last; None while it cannot be read.
    row
        The same in one line, without a reason for its end.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run: Run | None = None
        self.row: RunRow | None = None
        self._marks: Marks = ()
        self._pieces: Pieces | None = None
        self._judged_by = ""
        self._judged: list[tuple[int, float]] = []
        self._last: Mapping[str, Any] = {}

    @property
    def speed(self) -> float:
        """Pictures a second over the whole training so far; NaN when unknown."""
        seconds, images = finite(self._last.get("time")), finite(self._last.get("images_seen"))
        return images / seconds if seconds > 0 else finite(self._last.get("images_per_second"))

    def refresh(self) -> bool:
        """Look whether anything changed; True when the row is another one. Costs a few `stat` when nothing did."""
        marks = marks_of(self.folder)
        if marks == self._marks:
            return self._derive()
        self._marks = marks
        return self._read()

    def _read(self) -> bool:
        try:
            self.run = read_run(self.folder)
        except RunError:  # being made, or broken by hand
            changed, self.run, self.row = self.row is not None, None, None
            return changed
        self._read_metrics(self.run.config.evaluate.best)
        before, self.row = self.row, self._described(self.run)
        return before is None or not same(self.row, before)

    def _derive(self) -> bool:
        """A process may end without a trace in its folder."""
        if self.run is None or self.row is None or self.run.state not in LIVE_STATES:
            return False
        return state_now(self.run.status) != self.run.state and self._read()

    def _read_metrics(self, judged: str) -> None:
        if self._pieces is None or judged != self._judged_by:
            as_written = json.dumps(judged)[1:-1]
            self._pieces, self._judged_by, self._judged = Pieces(self.folder, holding=as_written), judged, []
        for record in itertools.chain.from_iterable(self._pieces.read()):
            if not math.isnan(value := finite(record.get(judged))):
                while self._judged and self._judged[-1][0] >= record["step"]:  # trained again after a resume
                    self._judged.pop()
                self._judged.append((record["step"], value))
            if "images_per_second" in record:
                self._last = record

    def _described(self, run: Run) -> RunRow:
        status, config = run.status, run.config
        samples, checkpoints = run.samples, run.checkpoints
        trains = run.state == "running"
        return RunRow(
            folder=self.folder, title=run.title, recipe=config.recipe or config.family, family=config.family,
            data=data_name(config), state=run.state, phase=status.phase, message=status.message, step=status.step,
            total_steps=status.total_steps or config.steps, images_seen=status.images_seen,
            rate=finite(self._last.get("images_per_second")),
            seconds_left=self._seconds_left(run) if trains else math.nan,
            judged=self._judged_by, best=self._best(), started=run.made,
            thumbnail=samples[-1] if samples else None,
            checkpoint=checkpoints[-1] if checkpoints else run.last_checkpoint,
        )  # fmt: skip

    def _best(self) -> float:
        best = max if higher_is_better(self._judged_by) else min
        return best((value for _, value in self._judged), default=math.nan)

    def _seconds_left(self, run: Run) -> float:
        rate = finite(self._last.get("images_per_second"))
        if not rate > 0 or not run.status.step:
            return math.nan
        a_step = run.status.images_seen / run.status.step  # what all its processes see together
        return (run.config.steps - run.status.step) * a_step / rate


def entry_row(entry: Entry, known: RunRow | None, home: Path, place: int) -> RunRow | None:
    """How an entry of the queue is shown; None when it cannot be read.

    Parameters
    ----------
    known
        The run of its folder, when there is one already.
    place
        Its number among those that wait, else 0.
    """
    if known is not None:
        if entry.waits:
            return replace(known, state="queued", queue_place=place, reason="")
        if entry.problem:
            return replace(known, state="failed", reason=entry.problem)
        # Its process has not taken over the folder yet; what that says is from before.
        return known if known.state in LIVE_STATES else replace(known, state="preparing", phase="starting", reason="")
    try:
        config = from_toml(entry.config)
    except TrainingError:
        return None
    state: State = "failed" if entry.problem else "preparing" if entry.pid else "queued"
    return RunRow(
        home / entry.folder, entry.title, config.recipe or config.family, config.family, data_name(config), state,
        phase="starting" if state == "preparing" else "", total_steps=config.steps, started=entry.asked,
        judged=config.evaluate.best, queue_place=place, reason=entry.problem,
    )  # fmt: skip


def data_name(config: RunConfig) -> str:
    """Where the pictures come from, as a person reads it."""
    source = config.data.source
    if source.startswith("builtin:"):
        return f"built-in {source.partition(':')[2]}"
    return Path(source).name or source


def same(a: RunRow, b: RunRow) -> bool:
    """Equal, where two unknown numbers are the same."""
    return a is b or repr(a) == repr(b)
