"""The places of the window, one shown at a time; all but the first are made when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from dinoexplorer.settings import Settings, runs_home
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.status_line import StatusLine
from dinoexplorer.ui.train.loading import load_module

if TYPE_CHECKING:
    from dinoexplorer.ui.report.report_desk import ReportDesk
    from dinoexplorer.ui.train.training_desk import TrainingDesk

_TO_PREPARE = {".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".csv", ".jsonl"}
_DESK_MODULE = "dinoexplorer.ui.train.training_desk"
_REPORT_MODULE = "dinoexplorer.ui.report.report_desk"


class Places(QStackedWidget):
    """Shows a place by its name."""

    shown = Signal(str)
    open_wanted = Signal(object, bool)  # a checkpoint of a run, and whether it follows the one that is open
    prepare_wanted = Signal(object)  # sources of pictures, tuple[str, ...]
    dataset_wanted = Signal(object)  # folder of a dataset to look through; None for the last one
    close_agreed = Signal()
    possible_changed = Signal()  # whether there is a report to be saved

    def __init__(
        self,
        explorer: Explorer,
        settings: Settings,
        status_line: StatusLine,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._explorer, self._settings, self._status_line = explorer, settings, status_line
        self._actions = actions
        self._desk: TrainingDesk | None = None
        self._closed = False
        self._name = "explore"
        self.addWidget(explorer)
        explorer.document_changed.connect(self._on_document_changed)

    @property
    def exploring(self) -> bool:
        """Whether the explorer is shown, in Explore or in Morph."""
        return self.currentWidget() is self._explorer

    @property
    def morphing(self) -> bool:
        """Whether the timeline is shown below the explorer."""
        return self.exploring and self._name == "morph"

    @property
    def reporting(self) -> bool:
        """Whether a report is shown, which could be saved."""
        return self._name == "report" and self.reports.has_report

    @property
    def trains(self) -> bool:
        """Whether runs are looked after already."""
        return self._desk is not None

    @Slot(str)
    def show_place(self, name: str, *_checked: bool, fresh: bool = False) -> None:
        """Go to a place; ``fresh`` to its beginning, which in Train is the form of a new run."""
        place = self._place(name)
        if self.indexOf(place) < 0:
            self.addWidget(place)
        self.setCurrentWidget(place)
        self._name = name
        if name == "report":
            self.reports.refresh()
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

    @cached_property
    def reports(self) -> ReportDesk:
        """What makes reports; made when it is first needed, for which `load` should have been called before."""
        module = load_module(_REPORT_MODULE)
        desk: ReportDesk = module.ReportDesk(self._opened_file, self._settings, self._actions, self.window())
        desk.told.connect(self._status_line.tell)
        desk.prepare_wanted.connect(self.prepare_wanted)
        desk.dataset_wanted.connect(self.dataset_wanted)
        desk.possible_changed.connect(self.possible_changed)
        return desk

    @Slot()
    def compare_reports(self) -> None:
        """Show the reports of several checkpoints beside each other."""
        self.show_place("report")
        self.reports.show_several()

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
        if self._name == "report":
            self.reports.evaluate_on(path)
        else:
            self.training().place().train_on(path)
        return True

    def close_down(self) -> None:
        """End the threads."""
        self._closed = True
        if self._desk is not None:
            self._desk.close_down()
        if "reports" in vars(self):
            self.reports.close_down()

    @Slot()
    def _on_document_changed(self) -> None:
        if self._name == "report":  # what was being opened when it was shown is there now
            self.reports.refresh()

    def _place(self, name: str) -> QWidget:
        if name == "train":
            return self.training().place()
        return self.reports.place() if name == "report" else self._explorer

    def _opened_file(self) -> Path | None:
        opened = self._explorer.opened
        return None if opened is None else opened.generator.info.path


def load() -> ModuleType:
    """Import what training and reports need; it takes longer than the first picture may wait."""
    load_module(_REPORT_MODULE)
    return load_module(_DESK_MODULE)
