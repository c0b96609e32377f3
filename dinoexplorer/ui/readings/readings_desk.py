"""Decides with a person how a file of another program is read, and opens it in that way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.blueprint import Blueprint
from dinoexplorer.generators.readers import foreign
from dinoexplorer.generators.reading import ChoiceNeededError, Reading
from dinoexplorer.ui.readings.choice_panel import ChoicePanel
from dinoexplorer.ui.readings.description_panel import DescriptionPanel
from dinoexplorer.ui.readings.reading_work import ReadingWork


class ReadingsDesk(QObject):
    """Its panels come up over the window; ``subject`` says which file was opened, or failed to, last."""

    open_wanted = Signal(object)  # Path: how it is read has been decided

    def __init__(self, window: QWidget, subject: Callable[[], Path | None]) -> None:
        super().__init__(window)
        self._subject = subject
        self._path: Path | None = None
        self.choice, self.description = ChoicePanel(window), DescriptionPanel(window)
        self.work = ReadingWork(self)
        self.work.found.connect(self.choice.show_readings)
        self.work.looked.connect(self.choice.show_look)
        self.work.drafted.connect(self.description.show_draft)
        self.work.chosen.connect(self._on_chosen)
        self.work.failed.connect(self._on_failed)
        self.choice.used.connect(self._on_reading_used)
        self.choice.describing_wanted.connect(self.describe)
        self.choice.gone.connect(self.work.cancel)
        self.description.used.connect(self._on_description_used)
        self.description.gone.connect(self.work.cancel)

    @Slot()
    def read_differently(self) -> None:
        """Show the ways to read the file that was opened last."""
        self.ask(self._subject())

    def ask(self, path: Path | None, error: ChoiceNeededError | None = None) -> None:
        """Show the ways to read a file; ``error`` is why they are asked for, and knows them already."""
        if path is None:
            return
        self._path = path
        self.description.go_away()
        why = "" if error is None else f"{str(error).partition('. ')[0]}."
        self.choice.wait_for(path.name, why)
        self.work.look(path, () if error is None else error.readings)

    @Slot()
    def describe(self) -> None:
        """Have the layers of the file described that was opened last."""
        path = self._path if self.choice.isVisible() else self._subject()
        if path is None:
            return
        self._path = path
        self.choice.go_away()
        self.description.wait_for(path)
        self.work.draft(path)

    def close_down(self) -> None:
        """End the threads."""
        self.description.close_down()
        self.work.close()

    @Slot(object)
    def _on_reading_used(self, reading: Reading) -> None:
        if self._path is not None:
            self._decide(partial(foreign.choose, self._path, reading))

    @Slot(object)
    def _on_description_used(self, blueprint: Blueprint) -> None:
        if self._path is not None:
            self._decide(partial(foreign.choose_description, self._path, blueprint))

    def _decide(self, decide: Callable[[], None]) -> None:
        path = self._path
        self.choice.go_away()
        self.description.go_away()
        if path is not None:
            self.work.choose(path, decide)

    @Slot(object)
    def _on_chosen(self, path: Path) -> None:
        self.open_wanted.emit(path)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        panel = self.description if self.description.isVisible() else self.choice
        panel.tell(sentence)
