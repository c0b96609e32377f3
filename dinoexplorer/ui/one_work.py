"""One piece of work at a time beside the window, with progress and a cancel that works at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.ui.background import Background
from training.errors import TrainingError

_TOLD_APART = 0.05  # seconds; fast work tells thousands of steps


class CancelledError(Exception):
    """Raised in the thread of work that is not wanted any more."""


class Line:
    """What the thread of one piece of work speaks through; every word of it ends work that is not wanted any more."""

    def __init__(self, wanted: Callable[[], bool], say: Callable[[object], None]) -> None:
        self._wanted, self._say = wanted, say
        self._stage: str | None = None
        self._told = 0.0

    def check(self) -> None:
        """Raise `CancelledError` where nobody waits for this work any more."""
        if not self._wanted():
            raise CancelledError

    def tell(self, something: object) -> None:
        """Have the window hear ``something``."""
        self.check()
        self._say(something)

    def tell_step(self, stage: str, step: object) -> None:
        """Have the window hear of a step: of the first of a stage, and of few enough of the others."""
        self.check()
        if stage != self._stage or time.monotonic() - self._told > _TOLD_APART:
            self._stage, self._told = stage, time.monotonic()
            self._say(step)


class OneWork(QObject):
    """Does one thing at a time in a thread; what is asked for later ends what is under way, and is alone heard of.

    ``failure`` is the sentence for an error that was not foreseen, with its ``{cause}``.
    """

    failed = Signal(str)  # a sentence
    ended = Signal()  # whatever was under way is over, done or not

    _said = Signal(int, object)

    def __init__(self, failure: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failure = failure
        self._number = 0
        self._then: Callable[[Any], None] | None = None  # there while something is under way
        self._heard: Callable[[Any], None] | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._said.connect(self._on_said)

    @property
    def working(self) -> bool:
        """Whether something is under way."""
        return self._then is not None

    @Slot()
    def cancel(self) -> None:
        """End what is under way at once; its thread ends at its next step, and nothing is heard of it."""
        self._number += 1
        if self.working:
            self._then = self._heard = None
            self.ended.emit()

    def close(self) -> None:
        """End what is under way and wait for its thread."""
        self.cancel()
        self._background.close()

    def _begin(
        self, work: Callable[[Line], Any], then: Callable[[Any], None], heard: Callable[[Any], None] | None = None
    ) -> None:
        """Do ``work`` in a thread; here ``heard`` has what it tells on its way, and ``then`` its result."""
        self.cancel()
        self._then, self._heard = then, heard
        number = self._number
        line = Line(lambda: number == self._number, partial(self._said.emit, number))
        self._background.start(str(number), partial(work, line))

    @Slot(int, object)
    def _on_said(self, number: int, something: object) -> None:
        if self._heard is not None and number == self._number:
            self._heard(something)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        then = self._then
        if then is None or int(number) != self._number:
            return
        self._then = self._heard = None
        self.ended.emit()
        if isinstance(result, GeneratorError | TrainingError):
            self.failed.emit(str(result))
        elif isinstance(result, Exception):
            cause = str(result).strip().partition("\n")[0].rstrip(".") or type(result).__name__
            self.failed.emit(self._failure.format(cause=cause))
        else:
            then(result)
