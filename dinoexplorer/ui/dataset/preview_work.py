"""The preview of a preparation, made beside the window; only the newest counts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from dinoexplorer.datasets.looking import Preview, preview_of
from dinoexplorer.datasets.orders import Preparation, problem_of
from dinoexplorer.ui.one_work import Line, OneWork
from training.errors import TrainingError


class PreviewWork(OneWork):
    """Says how far it is, and then brings some pictures before and after."""

    found = Signal(object)  # Preview
    stepped = Signal(str, int, int)  # what, done, total

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The preview could not be made: {cause}. Look at the sources, then change something.", parent)

    def ask(self, preparation: Preparation) -> None:
        """Make the preview of this; what was asked for before is not made any more."""
        self._begin(partial(_preview, preparation), self.found.emit, lambda step: self.stepped.emit(*step))


def _preview(preparation: Preparation, line: Line) -> Preview:
    problem = problem_of(preparation)
    if problem:
        raise TrainingError(problem)

    def told(what: str, done: int, total: int) -> None:
        line.tell_step(what, (what, done, total))

    return preview_of(preparation, told)
