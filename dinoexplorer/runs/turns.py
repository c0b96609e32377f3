"""Whose turn it is: one training on each device at a time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.launcher import Launcher
from dinoexplorer.runs.queue_file import Entry, QueueFile
from training.config import to_toml
from training.run import Run, RunError, write_about

_CLOCK_SECONDS = 0.5


class Turns:
    """Starts what waits in the queue, and takes out what has begun."""

    def __init__(self, queue: QueueFile, launcher: Launcher) -> None:
        self._queue = queue
        self._launcher = launcher

    def settle(self, look: Callable[[str], Run | None]) -> list[str]:
        """Entries whose process has taken over its folder have done their work; others may have died on the way.

        ``look`` reads the folder of that name now. Returns the folders that have changed since by what is written here.
        """
        begun: list[str] = []
        for entry in [entry for entry in self._queue.entries if not entry.problem]:
            # Before the look: a quick one may do all of its work in between.
            ended = not entry.waits and self._launcher.ended(entry)
            run = look(entry.folder)
            if run is not None and _is_at_work(entry, run):
                self._begun(entry, run.folder)
                begun.append(entry.folder)
            elif ended:
                reason = self._launcher.why_not_started(entry)
                if entry.kind == "resume":
                    self._launcher.reasons[entry.folder] = reason
                    self._queue.note(entry, None)
                else:
                    self._queue.note(entry, {"problem": reason})
        return begun

    def next(self, runs: Iterable[Run]) -> None:
        """Start the first that waits for each device on which nothing trains."""
        busy = {entry.device for entry in self._queue.entries if entry.pid and not entry.problem}
        busy |= {_device_of(run) for run in runs if run.is_live}
        for entry in [entry for entry in self._queue.entries if entry.waits]:
            if entry.device in busy or "" in busy:
                continue
            busy.add(entry.device)
            try:
                child = self._launcher.launch(entry)
            except KeeperError as error:
                self._queue.note(entry, {"problem": str(error)})
            else:
                self._queue.note(entry, {"pid": child.pid, "create_time": child.create_time})

    def _begun(self, entry: Entry, folder: Path) -> None:
        if entry.kind == "fit":
            with suppress(RunError):
                write_about(folder, title=entry.title, made=entry.asked)
        self._launcher.begun(entry.folder)
        self._queue.note(entry, None)


def _is_at_work(entry: Entry, run: Run) -> bool:
    """Whether the process of an entry has taken over its folder.

    Its number alone would not do: on Windows the `python.exe` of a virtual environment starts another one.
    """
    if entry.waits:  # the window that started it was gone before it could note so, or someone typed the command
        return run.is_live if entry.kind == "resume" else bool(run.status.pid) and to_toml(run.config) == entry.config
    if entry.kind == "fit":  # nobody else was given this folder
        return bool(run.status.pid)
    later = entry.create_time > 0 and run.status.process_create_time >= entry.create_time - _CLOCK_SECONDS
    return run.status.pid == entry.pid or later


def _device_of(run: Run) -> str:
    """What a live run occupies; empty where nobody knows yet, `elsewhere` for one on another machine."""
    if run.status.host and run.status.host != socket.gethostname():
        return "elsewhere"
    words = str(run.environment.get("device", "")).split()
    name = words[0] if words else run.config.device
    return {"auto": "", "cuda": "cuda:0"}.get(name, name)
