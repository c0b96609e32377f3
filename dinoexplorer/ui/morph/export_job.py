"""One film of the queue: what it is to be, how far it is, what became of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.cancelling import Cancellation
from dinoexplorer.morph.export.making import Material, Order
from dinoexplorer.rendering.giving_way import GivingWay
from dinoexplorer.ui.train.amounts import time_text

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, eq=False, slots=True)
class Report:
    """How far a film is: frames, frames a second, and a small picture of the last one (h, w, 3 or 4)."""

    done: int = 0
    total: int = 0
    rate: float = 0.0
    preview: ByteArray | None = None


class ExportJob:
    """A film that was asked for. Belongs to the thread of the window."""

    def __init__(self, material: Material, order: Order, giving_way: GivingWay) -> None:
        self.material: Material | None = material  # None once it is done, so that the model may go
        self.order = order
        self.giving_way = giving_way
        self.cancellation = Cancellation()
        self.state: State = "waiting"
        self.report = Report()
        self.sentence = ""  # why it failed

    @property
    def path(self) -> Path:
        return self.order.path

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in {"done", "failed", "cancelled"}

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.report.done / self.report.total if self.report.total else 0.0

    @property
    def seconds_left(self) -> float:
        """Until it is there; NaN where that is not known."""
        report = self.report
        return (report.total - report.done) / report.rate if report.rate > 0 else math.nan

    def end(self) -> None:
        """End it, wherever it waits."""
        self.giving_way.end()
        self.cancellation.cancel()


def course_text(job: ExportJob) -> str:
    """How it goes: `120 of 900 frames · 35/s · 22 s left`, or what became of it."""
    return {
        "waiting": "waits for the one before",
        "running": _progress_text(job),
        "done": f"saved in {job.path.parent}",
        "failed": job.sentence,
        "cancelled": "cancelled; nothing of it was kept",
    }[job.state]


def _progress_text(job: ExportJob) -> str:
    report = job.report
    if not report.total:
        return "begins…"
    if report.done == report.total:
        return f"{report.total:,} frames · being finished…"
    parts = [f"{report.done:,} of {report.total:,} frames"]
    if report.rate > 0:
        parts.append(f"{report.rate:.0f}/s" if report.rate >= 10 else f"{report.rate:.1f}/s")
        parts.append(f"{time_text(job.seconds_left)} left")
    return " · ".join(parts)


def line_text(job: ExportJob, waiting: int) -> str:
    """The same for the line at the bottom: `film "walk.mp4": 41 %, 22 s left, 2 more wait`."""
    parts = [f"{math.floor(100 * job.share)} %"]
    if left := time_text(job.seconds_left):
        parts.append(f"{left} left")
    if waiting:
        parts.append(f"{waiting} more {'waits' if waiting == 1 else 'wait'}")
    return f'film "{job.path.name}": {", ".join(parts)}'
