"""What reports mean to the window: the place, which checkpoint it begins with, and the ways from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dinoexplorer.reports.comparing import reports_folder
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.settings import Settings
from dinoexplorer.ui.report.comparison_page import ComparisonPage
from dinoexplorer.ui.report.report_place import ReportPlace

SEVERAL = "several"


class ReportDesk(QObject):
    """Makes the place when it is first shown."""

    told = Signal(str)  # for the status line
    prepare_wanted = Signal(object)  # sources of pictures
    dataset_wanted = Signal(object)  # folder, or None
    possible_changed = Signal()

    def __init__(
        self,
        opened: Callable[[], Path | None],
        settings: Settings,
        actions: Mapping[str, QAction],
        window: QWidget,
        command: Sequence[str] | None = None,
    ) -> None:
        """``opened`` gives the file of the checkpoint that is open in Explore."""
        super().__init__(window)
        self._opened, self._settings, self._actions, self._window = opened, settings, actions, window
        self._command = command
        self._place: ReportPlace | None = None
        self._followed: Path | None = None  # the open checkpoint at the last time it was shown

    def place(self) -> ReportPlace:
        """The place, made when it is first asked for."""
        if self._place is None:
            place = self._place = ReportPlace(self._window, self._command)
            place.told.connect(self.told)
            several = ComparisonPage(reports_folder(), place)
            several.told.connect(self.told)
            several.opened.connect(place.show_report)
            place.report_kept.connect(several.refresh)
            place.add_page(SEVERAL, "Several", several)
            page, data = place.page, place.page.form.data
            page.possible_changed.connect(self.possible_changed)
            page.follow(self._actions["report_page"], self._actions["report_table"])
            data.prepare_wanted.connect(self._on_prepare_wanted)
            data.look_wanted.connect(self._on_look_wanted)
        return self._place

    def refresh(self) -> None:
        """Take the checkpoint that is open where that is another one than before; offer what is known by now."""
        form, opened = self.place().page.form, self._opened()
        known = [*shipped_checkpoints(), *map(Path, self._settings.recent)]
        form.checkpoint.set_known(opened, list(dict.fromkeys(known)))
        form.data.set_recent(self._settings.recent_data)
        if opened is not None and opened != self._followed and not form.working:
            self._followed = opened
            form.choose(opened)

    @property
    def has_report(self) -> bool:
        """Whether a report is shown that could be saved."""
        return self._place is not None and self._place.page.view.kept is not None

    def evaluate_on(self, source: Path) -> None:
        """Take these pictures to compare with."""
        form = self.place().page.form
        if not form.working:
            form.choose_source(str(source))

    def show_several(self) -> None:
        """Show the reports beside each other."""
        self.place().show_page(SEVERAL)

    @Slot()
    def save_page(self) -> None:
        """Save the report as HTML."""
        self.place().page.save("html")

    @Slot()
    def save_table(self) -> None:
        """Save the figures as CSV."""
        self.place().page.save("csv")

    def close_down(self) -> None:
        """End the threads and the evaluation."""
        if self._place is not None:
            self._place.close_down()

    @Slot()
    def _on_prepare_wanted(self) -> None:
        data = self.place().page.form.data
        self.prepare_wanted.emit(() if data.built_in else (data.source,))

    @Slot()
    def _on_look_wanted(self) -> None:
        data = self.place().page.form.data
        self.dataset_wanted.emit(None if data.built_in else Path(data.source))
