"""Reading a dataset, finding pictures in it and keeping what was decided, all beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.datasets.collection import Choice, Collection, open_collection, save_choices
from dinoexplorer.datasets.sifting import Sieve, Wanted
from dinoexplorer.ui.documents.ordered_work import OrderedWork
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.one_work import Line, OneWork


class OpeningWork(OneWork):
    """Opens one dataset at a time."""

    opened = Signal(object)  # Collection
    stepped = Signal(int)  # records read

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The dataset could not be opened: {cause}. Prepare it again.", parent)

    def ask(self, folder: Path) -> None:
        """Open the dataset in a folder."""
        self._begin(partial(_open, folder), self.opened.emit, self.stepped.emit)


class SiftingWork(QObject):
    """Finds pictures; of several wishes only the newest counts."""

    found = Signal(object, object, object)  # Sieve, indices, Counts

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    def ask(self, sieve: Sieve, wanted: Wanted) -> None:
        """Find what is wanted, and count what there is."""
        self._work.ask(sieve, lambda: (sieve.find(wanted), sieve.counts()))

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot(object, object)
    def _on_done(self, sieve: Sieve, result: object) -> None:
        if isinstance(result, tuple):
            indices, counts = result
            self.found.emit(sieve, indices, counts)


class KeepingWork(QObject):
    """Writes what was decided, in order; a state that has been overtaken is not written."""

    kept = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = self._written = 0
        self._asked: Path | None = None  # the dataset of the newest
        self._work = OrderedWork(self)
        self._work.finished.connect(self._on_finished)

    @property
    def busy(self) -> bool:
        """Whether something is still to be written."""
        return self._written != self._newest

    def ask(self, collection: Collection) -> None:
        """Keep what is decided in a collection now."""
        self._newest += 1
        self._asked = collection.folder
        self._work.start(str(self._newest), partial(self._keep, self._newest, collection.folder, collection.choices))

    def close(self) -> None:
        """Wait until the last state is on the disk."""
        self._work.close()

    def _keep(self, number: int, folder: Path, choices: Mapping[str, Choice]) -> None:
        if number == self._newest or folder != self._asked:
            save_choices(folder, choices)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        self._written = int(number)
        if isinstance(result, Exception):
            cause = getattr(result, "strerror", None) or str(result)
            self.failed.emit(f"What was decided could not be saved: {cause}. Make room, then decide once more.")
        elif not self.busy:
            self.kept.emit()


def _open(folder: Path, line: Line) -> Collection:
    return open_collection(folder, lambda number: line.tell_step("reading", number))
