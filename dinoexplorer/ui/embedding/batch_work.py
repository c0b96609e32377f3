"""Many pictures to codes, beside the window."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.generator import Generator
from dinoexplorer.latent.inversion.batch import Batch, Embedded, pictures_in
from dinoexplorer.ui.one_work import Line, OneWork


@dataclass(frozen=True, slots=True)
class BatchStep:
    """How many pictures are done, and of how many."""

    done: int
    count: int


@dataclass(frozen=True, eq=False, slots=True)
class BatchResult:
    """What was found, of how many pictures, what could not be read, each with a sentence, and where all is kept."""

    embedded: tuple[Embedded, ...]
    count: int
    unreadable: tuple[tuple[Path, str], ...]
    out: Path


class _StoppedError(Exception):
    """What is done is enough."""


class BatchWork(OneWork):
    """Does one folder at a time; what is done when it is stopped lies in its file."""

    went = Signal(object)  # BatchStep
    found = Signal(object)  # BatchResult, when all is done or it was stopped

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("These pictures cannot be brought in: {cause}.", parent)
        self._stopped = threading.Event()

    def bring(self, generator: Generator, paths: Sequence[Path], out: Path) -> None:
        """Search for the places of pictures and folders of pictures; `found` or `failed` follows."""
        self._stopped = threading.Event()  # one that is ended by another keeps its own
        self._begin(partial(_bring, generator, paths, out, self._stopped), self.found.emit, self.went.emit)

    @Slot()
    def stop(self) -> None:
        """End it after the present step of its search; `found` follows."""
        self._stopped.set()


def _bring(generator: Generator, paths: Sequence[Path], out: Path, stopped: threading.Event, line: Line) -> BatchResult:
    from dinoexplorer.latent.inversion.embedding import usual_course  # noqa: PLC0415  imports torch

    pictures = pictures_in(paths)
    batch = Batch(generator, out, usual_course(generator).steps)
    line.tell(BatchStep(0, len(pictures)))

    def check() -> None:
        line.check()
        if stopped.is_set():
            raise _StoppedError

    def told(done: int, count: int) -> None:
        line.tell_step("pictures", BatchStep(done, count))
        check()

    with suppress(_StoppedError):
        batch.run(pictures, told, check)
    return BatchResult(tuple(batch.done), len(pictures), tuple(batch.unreadable), out)
