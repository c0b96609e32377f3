"""Makes the film of a timeline in a thread: a path along the data takes seconds the first time."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.sound import Heard
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork


class FilmMaker(QObject):
    """Tells the film of the newest timeline that it was given, or the sentence why there is none."""

    made = Signal(object)  # Film
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)
        self._number = 0

    @property
    def busy(self) -> bool:
        return self._work.busy

    def make(self, timeline: Timeline, fps: int, surroundings: Surroundings, heard: Heard | None = None) -> None:
        """Make a film; one that was asked for before and is not there yet never comes."""
        self._number += 1
        self._work.ask(self._number, partial(_made, timeline, fps, surroundings, heard))

    def forget(self) -> None:
        """Let what was asked for never come."""
        self._number += 1

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot(object, object)
    def _on_done(self, number: int, made: Film | str) -> None:
        if number != self._number:
            return
        if isinstance(made, str):
            self.failed.emit(made)
        else:
            self.made.emit(made)


def _made(timeline: Timeline, fps: int, surroundings: Surroundings, heard: Heard | None) -> Film | str:
    try:
        return Film(timeline, fps, surroundings, heard)
    except GeneratorError as error:
        return str(error)
