"""The places of the window, one shown at a time; all but the first are made when they are first needed."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from dinoexplorer.settings import Settings, runs_home
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.status_line import StatusLine
from dinoexplorer.ui.train.loading import load_module

if TYPE_CHECKING:
    from dinoexplorer.ui.train.training_desk import TrainingDesk

_TO_PREPARE = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".csv", ".jsonl"}
_DESK_MODULE = "dinoexplorer.ui.train.training_desk"


class Places(QStackedWidget):
    """Shows a place by its name."""

    shown = Signal(str)
    open_wanted = Signal(object, bool)  # a checkpoint of a run, and whether it follows the one that is open
    prepare_wanted = Signal(object)  # sources of pictures, tuple[str, ...]
    dataset_wanted = Signal(object)  # folder of a dataset to look through; None for the last one
    close_agreed = Signal()

    def __init__(self, explorer: Explorer, settings: Settings, status_line: StatusLine, window: QWidget) -> None:
        super().__init__(window)
        self._explorer, self._settings, self._status_line = explorer, settings, status_line
        self._desk: TrainingDesk | None = None
        self._closed = False
        self._name = "explore"
        self.addWidget(explorer)

    @property
    def exploring(self) -> bool:
        """Whether the explorer is shown, in Explore or in Morph."""
        return self.currentWidget() is self._explorer

    @property
    def morphing(self) -> bool:
        """Whether the timeline is shown below the explorer."""
        return self.exploring and self._name == "morph"

    @property
    def trains(self) -> bool:
        """Whether runs are looked after already."""
        return self._desk is not None

    @Slot(str)
    def show_place(self, name: str, *_checked: bool, fresh: bool = False) -> None:
        """Go to a place; ``fresh`` to its beginning, which in Train is the form of a new run."""
        place: QWidget = self.training().place() if name == "train" else self._explorer
        if self.indexOf(place) < 0:
            self.addWidget(place)
        self.setCurrentWidget(place)
        self._name = name
        if name == "morph" or self._explorer.desks.made("morph"):
            self._explorer.desks.morph.set_shown(name == "morph")
        if fresh:
            self.training().place().show_form()
        self.shown.emit(name)

    def training(self) -> TrainingDesk:
        """What trains; made at the first call, for which `load` should have been called in a thread before."""
        if self._desk is None:
            desk: TrainingDesk = load().TrainingDesk(self._settings, self._status_line, runs_home(), self.window())
            desk.open_wanted.connect(self.open_wanted)
            desk.place_wanted.connect(self.show_place)
            desk.close_agreed.connect(self.close_agreed)
            desk.prepare_wanted.connect(self.prepare_wanted)
            desk.dataset_wanted.connect(self.dataset_wanted)
            desk.begin()
            self._desk = desk
        return self._desk

    def train_on(self, source: Path) -> None:
        """Show the form of a new run with these pictures chosen."""
        self.show_place("train")
        self.training().place().train_on(source)

    def train_recipe(self, name: str) -> None:
        """Show the form of a new run with a recipe chosen."""
        self.show_place("train", fresh=True)
        self.training().place().form.choose_recipe(name)

    def begin_training(self) -> None:
        """Look after the runs from now on; nothing when the window has closed in the meantime."""
        if not self._closed:
            self.training()

    def may_close(self) -> bool:
        """See `TrainingDesk.may_close`."""
        return self._desk is None or self._desk.may_close()

    def stop_following(self) -> None:
        """See `TrainingDesk.stop_following`."""
        if self._desk is not None:
            self._desk.stop_following()

    def takes(self, path: Path) -> bool:
        """Take a dropped folder or archive to be trained on or prepared, where that is what a drop means."""
        if self.exploring:
            return False
        if path.suffix.lower() in _TO_PREPARE:
            self.prepare_wanted.emit((str(path),))
            return True
        if not (path.suffix.lower() == ".npz" or path.is_dir()):
            return False
        self.training().place().train_on(path)
        return True

    def close_down(self) -> None:
        """End the threads."""
        self._closed = True
        if self._desk is not None:
            self._desk.close_down()


def load() -> ModuleType:
    """Import what training needs; it takes longer than the first picture may wait."""
    return load_module(_DESK_MODULE)
