"""Finding and teaching beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from dinoexplorer.latent.directions import Told
from dinoexplorer.ui.one_work import Line, OneWork


class DirectionWorker(OneWork):
    """Does one thing at a time; what is asked for later ends what is under way."""

    began = Signal(str)  # what it is called
    progressed = Signal(float)  # share

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This direction could not be found: {cause}; try another way.", parent)

    def start(self, title: str, work: Callable[[Told], Any], then: Callable[[Any], None]) -> None:
        """Do ``work`` in a thread, which is told how to tell its progress, and ``then`` here with its result."""

        def run(line: Line) -> Any:
            return work(lambda done, total: line.tell_step("", done / max(total, 1)))

        self._begin(run, then, self.progressed.emit)
        self.began.emit(title)
