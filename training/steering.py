"""How a run is told what to do: commands in the run folder, and signals."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from training.errors import StopRequested
from training.run import COMPANION_VARIABLE, Command, RunWriter, process_lives

_POLL_SECONDS = 0.05
_LISTEN_SECONDS = 0.2
_STOPPING = {"state": "stopping", "message": "stops at the next opportunity"}
_ANSWERS: Mapping[Command, Mapping[str, Any]] = {
    "stop": _STOPPING,
    "pause": {"message": "pauses at the next opportunity"},
}


def companion_of(environment: Mapping[str, str]) -> tuple[int, float] | None:
    """The process that the run is to end with, if there is one."""
    pid, _, created = environment.get(COMPANION_VARIABLE, "").partition(":")
    try:
        return int(pid), float(created)
    except ValueError:
        return None


class Steering:
    """Listens while it is entered; SIGINT and SIGTERM then mean: stop and keep.

    A thread takes commands and beats, so both happen within a second however long a step, an evaluation or a write
    takes; what a command asks for is done at the next `tick` or between two steps. A stop is final: a pause that comes
    after it is heard and has no effect, and so has a second stop.

    Attributes
    ----------
    stop
        Someone wants the run to end; the loop saves and leaves.
    interrupted
        It was a signal.
    """

    def __init__(self, run: RunWriter) -> None:
        self._run = run
        self._companion = companion_of(os.environ)
        self._old: dict[int, Any] = {}
        self._wanted: set[str] = set()
        self._lock = threading.RLock()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._keep_listening, name="steering", daemon=True)
        self.stop = False
        self.interrupted = False
        self.paused = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._old[number] = signal.signal(number, self._on_signal)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.interrupted:  # asked twice: do not even save
            raise KeyboardInterrupt
        self.stop = self.interrupted = True

    def _keep_listening(self) -> None:
        while not self._left.wait(_LISTEN_SECONDS):
            alone = self._companion is not None and not process_lives(*self._companion)
            with suppress(OSError):  # a full disk: the loop meets it too, and says so
                self.listen()
                self._run.beat()
            if alone and self._companion is not None:  # its last word, just heard, was not that the run outlives it
                self._companion = None
                self.stop = True

    def listen(self) -> None:
        """Take the newest command, if any."""
        with self._lock:
            command = self._run.poll({"stop": _STOPPING} if self.stop else _ANSWERS)
            if command == "stop":
                self.stop = True
            elif command == "pause":
                self.paused = not self.stop
            elif command == "resume":
                self.paused = False
            elif command == "outlive":
                self._companion = None
            elif command in {"sample", "save"}:
                self._wanted.add(command)
            if self.stop and self._run.status.state in {"preparing", "running", "paused"}:
                self._run.update(**_STOPPING)  # a signal said so

    def asked(self, command: str) -> bool:
        """Whether someone asked for a `sample` or a `save` since the last call."""
        with self._lock:
            there = command in self._wanted
            self._wanted.discard(command)
            return there

    def tick(self, what: str, done: int, total: int) -> None:
        """Between parts of some longer work: beat, listen, and leave by `StopRequested` when asked to."""
        self.listen()
        if self.paused:
            self.wait()
        if self.stop:
            raise StopRequested
        self._run.beat(phase=what, message=f"{done} of {total}")

    def beat(self, what: str, done: int, total: int) -> None:
        """As `tick`, for work that a stop must not cut short: saving."""
        self.listen()
        self._run.beat(phase=what, message=f"{done} of {total}")

    def wait(self) -> None:
        """Stay here while paused; the model stays loaded."""
        before = self._run.status.state
        with self._lock:
            if self.paused and not self.stop:
                self._run.update(state="paused", message="paused")
        while self.paused and not self.stop:
            time.sleep(_POLL_SECONDS)
            self.listen()
        with self._lock:
            if not self.stop:
                self._run.update(state=before, message="")
