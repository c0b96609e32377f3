"""The films that are being exported: one at a time, in a thread that gives way to the live picture."""

from __future__ import annotations

import threading
import time
from functools import partial

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.making import Material, Order, make_film
from dinoexplorer.morph.export.pipeline import Progress, core_count
from dinoexplorer.rendering.giving_way import GivingWay, stand_back
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.rendering.renderer import cause_of
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.morph.export_job import ExportJob, Report

PREVIEW_SIDE = 128
"""Pixels of the longer side of a preview."""
_TELLING = 0.1  # seconds between two reports


class ExportQueue(QObject):
    """Keeps the films that were asked for, in their order, until they are put away."""

    changed = Signal()  # which there are, or the state of one
    progressed = Signal(object)  # ExportJob
    ended = Signal(object)  # ExportJob, whatever became of it
    _reported = Signal()

    def __init__(self, activity: LiveActivity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._activity = activity
        self._jobs: list[ExportJob] = []
        self._at_work: ExportJob | None = None  # whose thread runs; it may have been cancelled
        self._lock = threading.Lock()
        self._latest: Report | None = None  # of the one at work, from its thread
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._reported.connect(self._on_reported)

    @property
    def jobs(self) -> tuple[ExportJob, ...]:
        return tuple(self._jobs)

    @property
    def unfinished(self) -> tuple[ExportJob, ...]:
        """Those that are being written or wait, in their order."""
        return tuple(job for job in self._jobs if not job.ended)

    def add(self, material: Material, order: Order) -> ExportJob:
        """Export a film when those before are done."""
        job = ExportJob(material, order, GivingWay(self._activity))
        self._jobs.append(job)
        self._start_next()
        self.changed.emit()
        return job

    def again(self, job: ExportJob) -> None:
        """Ask once more for a film that failed or was cancelled."""
        if job.ended and job.material is not None and job in self._jobs:
            self._jobs.remove(job)
            self.add(job.material, job.order)

    def cancel(self, job: ExportJob) -> None:
        """End one at once; what was written of it is removed."""
        if not job.ended:
            job.state = "cancelled"
            job.end()
            self.changed.emit()
            self.ended.emit(job)

    def cancel_all(self) -> None:
        """End all, the last ones first, so that none begins meanwhile."""
        for job in reversed(self.unfinished):
            self.cancel(job)

    def put_away(self, job: ExportJob) -> None:
        """Forget one that has ended."""
        if job.ended and job in self._jobs:
            self._jobs.remove(job)
            self.changed.emit()

    def close(self) -> None:
        """Cancel all and wait for the thread, which removes what it wrote."""
        for job in self.unfinished:
            job.state = "cancelled"
            job.end()
        self._background.close()

    def _start_next(self) -> None:
        job = next((job for job in self._jobs if job.state == "waiting"), None)
        if self._at_work is None and job is not None and job.material is not None:
            job.state = "running"
            self._at_work, self._latest = job, None
            self._background.start("export", partial(self._work, job, job.material))

    def _work(self, job: ExportJob, material: Material) -> None:
        """In a thread of its own."""
        stand_back()
        told = -_TELLING

        def tell(progress: Progress) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told < _TELLING and progress.preview is None and progress.done < progress.total:
                return
            told = now
            self._keep(progress)

        make_film(
            material, job.order, tell,
            cancellation=job.cancellation, pause=job.giving_way, threads=max(core_count() - 1, 1),
        )  # fmt: skip

    def _keep(self, progress: Progress) -> None:
        preview = None if progress.preview is None else _small(progress.preview)
        with self._lock:
            before, tell = self._latest, self._latest is None
            if preview is None and before is not None:
                preview = before.preview
            self._latest = Report(progress.done, progress.total, progress.rate, preview)
        if tell:
            self._reported.emit()

    @Slot()
    def _on_reported(self) -> None:
        job = self._at_work
        with self._lock:
            report, self._latest = self._latest, None
        if job is None or report is None or job.state != "running":
            return
        preview = job.report.preview if report.preview is None else report.preview
        job.report = Report(report.done, report.total, report.rate, preview)
        self.progressed.emit(job)

    @Slot(str, object)
    def _on_finished(self, _name: str, result: object) -> None:
        job, self._at_work = self._at_work, None
        if job is not None:
            self._end(job, result)
        self._start_next()
        self.changed.emit()

    def _end(self, job: ExportJob, result: object) -> None:
        if not isinstance(result, Exception):  # even if it was cancelled: that was too late
            job.state, job.material = "done", None
        elif job.state == "running":
            job.state, job.sentence = "failed", _sentence(job, result)
        else:
            return
        self.ended.emit(job)


def _sentence(job: ExportJob, error: Exception) -> str:
    """Why there is no film."""
    if isinstance(error, GeneratorError):
        return str(error)
    return f"{job.path.name} could not be made: {cause_of(error)}. Try another format, or open the model again."


def _small(picture: ByteArray) -> ByteArray:
    """A picture of at most `PREVIEW_SIDE`, as the window shows it."""
    image = Image.fromarray(picture)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BILINEAR)
    return np.array(image)
