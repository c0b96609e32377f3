"""Finding and teaching beside the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.directions import Told
from dinoexplorer.ui.background import Background

_TOLD_APART = 0.05  # seconds


class _CancelledError(Exception):
    """Raised in the thread to end what is not wanted any more."""


class DirectionWorker(QObject):
    """Does one thing at a time; what is asked for later ends what is under way."""

    began = Signal(str)  # what it is called
    progressed = Signal(float)  # share
    failed = Signal(str)  # a sentence
    ended = Signal()  # whatever was under way is over, done or not

    _told = Signal(int, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._then: Callable[[Any], None] | None = None  # there while something is under way
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._told.connect(self._on_told)

    @property
    def working(self) -> bool:
        """Whether something is under way."""
        return self._then is not None

    def start(self, title: str, work: Callable[[Told], Any], then: Callable[[Any], None]) -> None:
        """Do ``work`` in a thread, which is told how to tell its progress, and ``then`` here with its result."""
        self.cancel()
        self._then = then
        number = self._number
        self.began.emit(title)
        self._background.start(str(number), lambda: work(self._teller(number)))

    @Slot()
    def cancel(self) -> None:
        """End what is under way at once; its thread ends at its next step, and nothing is heard of it."""
        self._number += 1
        if self.working:
            self._then = None
            self.ended.emit()

    def close(self) -> None:
        """End what is under way and wait for its thread."""
        self.cancel()
        self._background.close()

    def _teller(self, number: int) -> Told:
        last = 0.0

        def told(done: int, total: int) -> None:
            nonlocal last
            if number != self._number:
                raise _CancelledError
            if time.monotonic() - last > _TOLD_APART:
                last = time.monotonic()
                self._told.emit(number, done / max(total, 1))

        return told

    @Slot(int, float)
    def _on_told(self, number: int, share: float) -> None:
        if self.working and number == self._number:
            self.progressed.emit(share)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        then = self._then
        if then is None or int(number) != self._number:
            return
        self._then = None
        self.ended.emit()
        if isinstance(result, GeneratorError):
            self.failed.emit(str(result))
        elif isinstance(result, Exception):
            cause = str(result).strip().partition("\n")[0].rstrip(".") or type(result).__name__
            self.failed.emit(f"This direction could not be found: {cause}; try another way.")
        else:
            then(result)
