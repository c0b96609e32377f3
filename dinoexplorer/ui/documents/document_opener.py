"""Opening by content: a checkpoint, a document, or a picture that brings its place back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.arriving import Arrival, compare, locate, read_arrival, read_offer
from dinoexplorer.document.document import Document
from dinoexplorer.document.opening import NoPlaceError
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.rendering.renderer import Opened, cause_of
from dinoexplorer.ui.background import Background

if TYPE_CHECKING:
    from dinoexplorer.document.autosave import Offer

FIND, INSIST = "find_checkpoint", "open_anyway"
"""The ways out of a missing checkpoint."""

Stopped = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class _Fitted:
    opened: Opened
    document: Document


@dataclass(frozen=True)
class _Placeless:
    path: Path
    sentence: str


class DocumentOpener(QObject):
    """Reads in threads, looks for the checkpoint, and makes the document once that is open. The newest wish wins."""

    checkpoint_wanted = Signal(object)  # Path: what was named is no document
    found = Signal(object)  # Arrival whose checkpoint is to be opened, unless it is open already; then `fit` it
    fitted = Signal(object, object, object)  # Opened, Document, Arrival
    placeless = Signal(object, str)  # Path of a picture that brings no place back, the sentence that says so
    refused = Signal(str, object)  # a sentence; the ways out by name and text

    def __init__(
        self, places: Callable[[], Iterable[Path]], current: Callable[[], GeneratorInfo | None], parent: QObject
    ) -> None:
        """``places``, called in a thread, gives files and folders that may hold a checkpoint; ``current`` is open."""
        super().__init__(parent)
        self._places, self._current = places, current
        self._number = 0
        self._arrival: Arrival | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)

    def open(self, path: Path, *, checkpoint: Path | None = None) -> None:
        """Open whatever a file is; a document in the ``checkpoint`` that was named, if one was."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are, and no disk is asked
        current = self._current()

        def work(stopped: Stopped) -> Arrival | Path | _Placeless:
            try:
                arrival = read_arrival(path, current)
            except NoPlaceError as error:
                return _Placeless(path, str(error))
            if arrival is None:
                return path
            if checkpoint is not None:
                return replace(compare(arrival, checkpoint.absolute(), stopped), doubtful=False)
            return locate(arrival, self._places(), current, stopped)

        self.cancel()
        self._start(work)

    def bring_back(self, offer: Offer) -> None:
        """Open what was left behind."""
        current = self._current()
        self.cancel()
        self._start(lambda stopped: locate(read_offer(offer), self._places(), current, stopped))

    def find(self, path: Path) -> None:
        """Take this file for the checkpoint that was not found."""
        arrival = self._arrival
        if arrival is not None:
            self._start(lambda stopped: compare(arrival, path, stopped))

    def insist(self) -> None:
        """Open the other checkpoint that was named, whatever it is."""
        if self._arrival is not None and self._arrival.doubtful:
            self._go_on(replace(self._arrival, doubtful=False))

    def awaits(self, path: Path) -> bool:
        """Whether a document waits for this checkpoint to be open."""
        return self._arrival is not None and not self._arrival.doubtful and self._arrival.checkpoint == path

    def fit(self, opened: Opened) -> None:
        """Make the document that waits for it."""
        arrival = self._arrival
        if arrival is not None:
            self._start(lambda _stopped: _fitted(opened, arrival))

    def cancel(self) -> None:
        """Forget what is under way; its thread ends soon."""
        self._number += 1
        self._arrival = None

    def close(self) -> None:
        """End what is under way; nothing is told any more."""
        self.cancel()
        self._background.close()

    def _start(self, work: Callable[[Stopped], object]) -> None:
        self._number += 1
        number = self._number
        # Not awaited at the end: it only reads, and a file may lie on a network drive that does not answer.
        self._background.start(str(number), lambda: work(lambda: self._number != number), awaited=False)

    def _go_on(self, arrival: Arrival) -> None:
        self._arrival = arrival
        self.found.emit(arrival)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        if int(number) != self._number:
            return
        if isinstance(result, Path):
            self.checkpoint_wanted.emit(result)
        elif isinstance(result, _Placeless):
            self.placeless.emit(result.path, result.sentence)
        elif isinstance(result, Arrival):
            self._on_located(result)
        elif isinstance(result, _Fitted) and self._arrival is not None:
            arrival, self._arrival = self._arrival, None
            self.fitted.emit(result.opened, result.document, arrival)
        elif isinstance(result, GeneratorError):
            self._on_refused(str(result))
        elif isinstance(result, Exception):
            self._on_refused(f"This could not be opened: {cause_of(result)}.")

    def _on_located(self, arrival: Arrival) -> None:
        self._arrival = arrival
        if arrival.checkpoint is None:
            self.refused.emit(arrival.note, {FIND: "Find it…"})
        elif arrival.doubtful:
            self.refused.emit(arrival.note, {FIND: "Find another…", INSIST: "Open it anyway"})
        else:
            self._go_on(arrival)

    def _on_refused(self, sentence: str) -> None:
        """It cannot be read; or it was read and does not fit the checkpoint, and another one may be named."""
        if self._arrival is None:
            self.refused.emit(sentence, {"open": "Open another…"})
        else:
            self._arrival = replace(self._arrival, checkpoint=None)
            self.refused.emit(sentence, {FIND: "Find another…"})


def _fitted(opened: Opened, arrival: Arrival) -> _Fitted:
    spec = opened.generator.info.latent
    return _Fitted(opened, Document(spec, standing=arrival.file.standing(spec), what=f"opened {arrival.title}"))
