"""A command of `dinotrain` that runs beside the window, and what it tells on its way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.datasets.children import Child
from dinoexplorer.ui.background import Background
from training.errors import TrainingError


class ChildWork(QObject):
    """One command at a time; `ended` follows each, but for one that was dropped."""

    told = Signal(object)  # what a line says, as a mapping
    ended = Signal(str)  # why it failed, empty where it did not

    _heard = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._child: Child | None = None
        self._children: list[Child] = []  # those that may still be ending
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._heard.connect(self._on_heard)

    @property
    def working(self) -> bool:
        """Whether a command is under way and still wanted."""
        return self._child is not None

    def start(self, words: Sequence[str], command: Sequence[str] | None = None) -> None:
        """Run a command; one that is under way is dropped."""
        self.drop()
        self._number += 1
        child = self._child = Child(words, command)
        self._children.append(child)
        self._background.start(str(self._number), partial(child.run, partial(self._heard.emit, self._number)))

    def stop(self) -> None:
        """Ask the command to keep what is done and to end; asked twice it is killed, and what is on disk stays."""
        if self._child is not None:
            (self._child.kill if self._child.stopped else self._child.stop)()

    def drop(self) -> None:
        """Kill the command; nothing is heard of it any more."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End whatever is under way, and wait for it; what is done stays."""
        self._child = None
        for child in self._children:
            child.kill()
        self._background.close()

    @Slot(int, object)
    def _on_heard(self, number: int, something: object) -> None:
        if self._child is not None and number == self._number:
            self.told.emit(something)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        if self._child is None or int(number) != self._number:
            return
        self._child = None
        self._children.clear()
        known = isinstance(result, TrainingError)
        self.ended.emit("" if result is None else str(result) if known else f"The command failed: {result}.")
