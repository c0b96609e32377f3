"""How a run is told what to do: commands in the run folder, and signals."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Self

from training.errors import StopRequested
from training.run import RunWriter

_POLL_SECONDS = 0.05


class Steering:
    """Listens while it is entered; SIGINT and SIGTERM then mean: stop and keep.

    Attributes
    ----------
    stop
        Someone wants the run to end; the loop saves and leaves.
    interrupted
        It was a signal.
    """

    def __init__(self, run: RunWriter) -> None:
        self._run = run
        self._old: dict[int, Any] = {}
        self._wanted: set[str] = set()
        self.stop = False
        self.interrupted = False
        self.paused = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._old[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.interrupted:  # asked twice: do not even save
            raise KeyboardInterrupt
        self.stop = self.interrupted = True

    def listen(self) -> None:
        """Take the newest command, if any."""
        command = self._run.poll()
        if command == "stop":
            self.stop = True
        elif command in {"pause", "resume"}:
            self.paused = command == "pause"
        elif command is not None:
            self._wanted.add(command)

    def asked(self, command: str) -> bool:
        """Whether someone asked for a `sample` or a `save` since the last call."""
        there = command in self._wanted
        self._wanted.discard(command)
        return there

    def tick(self, what: str, done: int, total: int) -> None:
        """Between parts of some longer work: beat, listen, and leave by `StopRequested` when asked to."""
        self.listen()
        self._run.beat(phase=what, message=f"{done} of {total}")
        if self.stop:
            raise StopRequested
        if self.paused:
            self.wait()

    def beat(self, what: str, done: int, total: int) -> None:
        """As `tick`, for work that a stop must not cut short: saving."""
        self._run.beat(phase=what, message=f"{done} of {total}")

    def wait(self) -> None:
        """Stay here while paused; the model stays loaded."""
        before = self._run.status
        self._run.update(state="paused", message="paused")
        while self.paused and not self.stop:
            time.sleep(_POLL_SECONDS)
            self.listen()
            self._run.beat()
        self._run.update(state=before.state, message="")
