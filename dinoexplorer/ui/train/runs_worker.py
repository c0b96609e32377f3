"""The worker behind the Train place: it starts, watches and steers runs in threads, so that the window never waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal

from dinoexplorer.ui.train.runs_study import RunsStudy
from dinoexplorer.ui.train.runs_watch import RunsWatch

STUDIES = frozenset({"fields", "recipes", "check", "estimate", "inspect"})
"""What takes a while and must not hold up a command: done in a thread of its own, and only the newest of a kind."""
_JOIN_MS = 10_000


class RunsWorker(QObject):
    """Lives in the window's thread and talks to two others: one keeps the runs, one studies orders and data.

    What is asked for (`ask`) is answered by signals, in the window's thread:

    ===========================================  ================================================================
    ``ask("start", order)``                      `queued` with the run's folder, then `rows_changed`
    ``ask("start_sweep", order, key, values)``   `queued` for each run
    ``ask("resume", folder, steps=None)``        `rows_changed`
    ``ask("send", folder, "pause")``             `rows_changed`; also resume, stop, sample, save
    ``ask("kill", folder)``                      `rows_changed`
    ``ask("unqueue", folder)``                   `rows_changed`
    ``ask("move", folder, place)``               `rows_changed`
    ``ask("rename", folder, title)``             `rows_changed`
    ``ask("watch", folder or None)``             `detail_changed` now and, while shown, whenever the run changed; long
                                                 curves come in parts
    ``ask("compare", folders)``                  `compared` with the details of those runs
    ``ask("set_outlives", wanted)``              what runs started from now on do when this program crashes
    ``ask("recipes")``                           `recipes_found`: (name, title, about) of each
    ``ask("fields", recipe)``                    `fields_found`: recipe, fields
    ``ask("check", order)``                      `checked`: problems by key; `command_line_made`
    ``ask("estimate", order)``                   as `check`, then `estimated` with an Estimate, or the reason why not
    ``ask("inspect", source)``                   `inspected` with a DataReport, or the reason why not
    ``ask("set_active", shown)``                 looks four times a second while shown or while a run lives, and tells
                                                 `hardware_changed` while shown
    ===========================================  ================================================================

    Whatever cannot be done is told by `failed`: what was asked, and a sentence for a person.
    """

    rows_changed = Signal(object)  # tuple[RunRow, ...]
    detail_changed = Signal(object)  # RunDetail
    compared = Signal(object)  # tuple[RunDetail, ...]
    queued = Signal(object)  # Path
    recipes_found = Signal(object)  # tuple[tuple[str, str, str], ...]
    fields_found = Signal(str, object)  # recipe, tuple[SettingField, ...]
    checked = Signal(object)  # dict[str, str]
    command_line_made = Signal(object, str)  # Order, what one could type
    estimated = Signal(object, object)  # Order, Estimate | str
    inspected = Signal(object)  # DataReport | str
    hardware_changed = Signal(object)  # Hardware
    failed = Signal(str, str)  # what was asked, a sentence
    run_ended = Signal(object)  # RunRow
    checkpoint_written = Signal(object, object, int)  # folder, checkpoint, step

    _asked = Signal(str, object)
    _studied = Signal(str, object)

    def __init__(self, home: Path, *, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watch = RunsWatch(home, command)
        self._study = RunsStudy(home)
        self._threads = (QThread(self), QThread(self))
        self._closed = False
        queued = Qt.ConnectionType.QueuedConnection
        for thread, inhabitant, name in zip(self._threads, (self._watch, self._study), ("runs", "study"), strict=True):
            thread.setObjectName(name)
            inhabitant.moveToThread(thread)
            thread.start(QThread.Priority.LowPriority)
        self._asked.connect(self._watch.on_asked, queued)
        self._studied.connect(self._study.on_asked, queued)
        for source in (self._watch, self._study):
            for name in source.SAID:
                getattr(source, name).connect(getattr(self, name), queued)
        self._asked.emit("begin", ())

    def ask(self, name: str, *arguments: Any) -> None:
        """Have something done; returns at once. After `close` nothing is done any more."""
        if self._closed:
            return
        if name in STUDIES:
            self._study.announce(name)
            self._studied.emit(name, arguments)
        else:
            self._asked.emit(name, arguments)

    def close(self, *, stop: bool = False, keep: bool = False) -> None:
        """End both threads and wait for them; see `Keeper.close` for what becomes of live runs.

        What waits in the queue goes on with the next start of the program.
        """
        if self._closed:
            return
        self._closed = True
        self._study.cancel()
        self._asked.emit("end", (stop, keep))
        for thread in self._threads:
            if thread is self._threads[1]:
                thread.quit()
            if not thread.wait(_JOIN_MS):  # a dead network drive: better a thread too many than a window that hangs
                thread.setParent(None)
