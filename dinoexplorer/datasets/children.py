"""A command of this program as a process of its own, which tells in lines of JSON how far it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from dinoexplorer.runs import launching
from training.errors import TrainingError

Heard = Callable[[Mapping[str, Any]], None]
_PROGRAMS = ("dinotrain: ", "dinoexplorer: ")


class ChildError(TrainingError):
    """What a command failed with, as one sentence."""


class Child:
    """One command. `run` is called in a thread; `stop` and `kill` work at once, from any other."""

    def __init__(self, words: Sequence[str], command: Sequence[str] | None = None) -> None:
        self._words = [*(command or launching.DINOTRAIN), *words]
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()  # guards the process until it is there
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether it was asked to end before its time."""
        return self._stopped

    def run(self, heard: Heard) -> None:
        """Start it, hand each object that it prints to ``heard``, and return when it has ended.

        Raises
        ------
        ChildError
            It cannot be started, or ended with an error and not because it was asked to.
        """
        with tempfile.TemporaryFile() as errors:
            process = self._start(errors)
            if process is None:
                return
            with process:
                for line in process.stdout or ():
                    if (told := _object(line)) is not None:
                        heard(told)
            if process.returncode != 0 and not self._stopped:
                errors.seek(0)
                raise ChildError(_sentence(errors.read().decode(errors="replace"), process.returncode))

    def stop(self) -> None:
        """Ask it to end and to keep what is done."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                with suppress(OSError, ValueError):
                    self._process.send_signal(_break_signal())

    def kill(self) -> None:
        """End it with all it has started; what it has written so far stays."""
        with self._lock:
            self._stopped = True
            if self._process is not None and self._process.poll() is None:
                with suppress(OSError):
                    _kill(self._process)

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._stopped:
                return None
            try:
                self._process = subprocess.Popen(
                    self._words, env=launching.environment(outlives=True), stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=errors, start_new_session=os.name != "nt",
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                    | getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )  # fmt: skip
            except OSError as error:
                raise ChildError(
                    f"{self._words[0]} cannot be started: {error.strerror or error}; install the program again"
                ) from error
            # Not at the lowest priority as a training is: somebody sits before it and waits.
            return self._process


def _object(line: bytes) -> Mapping[str, Any] | None:
    """What a line tells; None where it is something else that a library printed."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _sentence(printed: str, code: int) -> str:
    """The last line that a command said of itself, or the last of all."""
    lines = [" ".join(line.split()) for line in printed.splitlines() if line.strip()]
    own = [line.removeprefix(name) for line in lines for name in _PROGRAMS if line.startswith(name)]
    if own or lines:
        return (own or lines)[-1]
    if code < 0:
        with suppress(ValueError):
            return f"the work was ended by {signal.Signals(-code).name}; start it again, it goes on where it was"
    return f"the work ended with code {code} and said nothing; start it again, it goes on where it was"


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name != "nt":  # it leads a session of its own, and those that draw pictures for it are in there
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _break_signal() -> int:
    # Not SIGINT: a child of a program that a script put into the background is born deaf to it.
    return int(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
