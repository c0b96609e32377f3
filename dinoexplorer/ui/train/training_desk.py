"""What training means to the window: the worker, the place, the line at the bottom, and what happens at the end."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from dinoexplorer.runs.views import RunRow
from dinoexplorer.settings import Settings
from dinoexplorer.ui.icons import application_icon
from dinoexplorer.ui.status_line import StatusLine
from dinoexplorer.ui.train.amounts import time_text
from dinoexplorer.ui.train.closing_question import ClosingQuestion
from dinoexplorer.ui.train.run_states import BUSY, progress
from dinoexplorer.ui.train.runs_worker import RunsWorker
from dinoexplorer.ui.train.train_place import TrainPlace


class TrainingDesk(QObject):
    """Keeps the window informed of runs, whether the place Train was ever shown or not.

    Nothing happens before `begin`: until the first picture is there the machine is for that.
    """

    open_wanted = Signal(object, bool)  # Path of a checkpoint; whether it follows the one that is open
    place_wanted = Signal(str)
    prepare_wanted = Signal(object)  # sources of pictures
    dataset_wanted = Signal(object)  # folder, or None
    close_agreed = Signal()

    def __init__(self, settings: Settings, status_line: StatusLine, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._status, self._home, self._window = settings, status_line, home, window
        self._worker: RunsWorker | None = None
        self._place: TrainPlace | None = None
        self._rows: tuple[RunRow, ...] = ()
        self._heard = False  # whether the worker has said which runs there are
        self._told: RunRow | None = None  # what the button at the bottom leads to
        self._followed: Path | None = None
        self._answer = ""  # to the question at the end: keep or stop
        self._tray: QSystemTrayIcon | None = None
        self._question: ClosingQuestion | None = None
        status_line.run_pressed.connect(self._on_run_pressed)

    @Slot()
    def begin(self) -> None:
        """Look at the runs there are, from now on."""
        self._begun()

    def place(self) -> TrainPlace:
        """The place, made when it is first asked for."""
        if self._place is None:
            place = self._place = TrainPlace(self._begun(), self._window)
            if self._heard:
                place.set_rows(self._rows)
            place.set_recent_data(self._settings.recent_data)
            place.set_outlives(self._settings.runs_outlive)
            place.outlives_chosen.connect(self._on_outlives_chosen)
            place.explore_wanted.connect(self._on_explore_wanted)
            place.follow_toggled.connect(self._on_follow_toggled)
            place.source_used.connect(self._on_source_used)
            place.prepare_wanted.connect(self.prepare_wanted)
            place.dataset_wanted.connect(self.dataset_wanted)
            place.told.connect(self._status.tell)
            if self._rows:
                place.show_run(self._rows[0].folder)
            else:
                place.show_form()
        return self._place

    def may_close(self) -> bool:
        """Whether the window may close now; if runs live a question is shown, and `close_agreed` follows its answer."""
        live = [row for row in self._rows if row.state in BUSY]
        if self._answer or not live or self._worker is None:
            return True
        if self._question is None:
            self._question = ClosingQuestion(self._window)
            self._question.answered.connect(self._on_answered)
        self._question.ask(live, queued=sum(row.state == "queued" for row in self._rows))
        return False

    def stop_following(self) -> None:
        """Something else was opened by hand, which no later checkpoint of a run is to replace."""
        self._followed = None
        if self._place is not None:
            self._place.run.set_following(False)

    def close_down(self) -> None:
        """End the threads; runs go on or stop as was answered."""
        if self._place is not None:
            self._place.close_down()
        if self._worker is not None:
            self._worker.close(stop=self._answer == "stop", keep=self._answer == "keep")
        if self._tray is not None:
            self._tray.hide()

    def _begun(self) -> RunsWorker:
        if self._worker is None:
            worker = self._worker = RunsWorker(self._home, parent=self)
            worker.ask("set_outlives", self._settings.runs_outlive)
            worker.rows_changed.connect(self._on_rows_changed)
            worker.run_ended.connect(self._on_run_ended)
            worker.checkpoint_written.connect(self._on_checkpoint_written)
            worker.failed.connect(self._on_failed)
        return self._worker

    @Slot(object)
    def _on_rows_changed(self, rows: tuple[RunRow, ...]) -> None:
        self._rows, self._heard = rows, True
        told = next((row for row in rows if row.state in BUSY), None)
        told = told or next((row for row in rows if row.state == "interrupted"), None)
        self._told = told
        self._status.set_run("" if told is None else line_of(told), "" if told is None else told.title)

    @Slot()
    def _on_run_pressed(self) -> None:
        if self._told is not None:
            self.place_wanted.emit("train")
            self.place().show_run(self._told.folder)

    @Slot(object)
    def _on_run_ended(self, row: RunRow) -> None:
        text = ended_text(row)
        self._status.tell(text)
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(application_icon(), self)
        self._tray.show()
        self._tray.showMessage("DinoExplorer", text)

    @Slot(object)
    def _on_explore_wanted(self, checkpoint: Path) -> None:
        self.place_wanted.emit("explore")
        self.open_wanted.emit(checkpoint, False)

    @Slot(object, bool)
    def _on_follow_toggled(self, folder: Path, on: bool) -> None:
        self._followed = folder if on else None
        checkpoint = next((row.checkpoint for row in self._rows if row.folder == folder), None)
        if not on:
            return
        if checkpoint is None:
            self._status.tell("The explorer opens this run when its first checkpoint is written.")
        else:
            self._on_explore_wanted(checkpoint)

    @Slot(object, object, int)
    def _on_checkpoint_written(self, folder: Path, checkpoint: Path, _step: int) -> None:
        if folder == self._followed:
            self.open_wanted.emit(checkpoint, True)

    @Slot(str)
    def _on_source_used(self, source: str) -> None:
        self._settings.remember_data(source)
        if self._place is not None:
            self._place.set_recent_data(self._settings.recent_data)

    @Slot(bool)
    def _on_outlives_chosen(self, outlives: bool) -> None:
        self._settings.runs_outlive = outlives

    @Slot(str, str)
    def _on_failed(self, _asked: str, sentence: str) -> None:
        if self._place is None:
            self._status.tell(sentence)

    @Slot(str)
    def _on_answered(self, answer: str) -> None:
        if answer != "cancel":
            self._answer = answer
            self.close_agreed.emit()


def line_of(row: RunRow) -> str:
    """A run in the line at the bottom: `run "dinosaurs": 41 %, 12 min left`."""
    if row.state == "interrupted":
        return f'run "{row.title}" was interrupted'
    parts: list[str] = [row.state] if row.state != "running" else []
    share = progress(row)
    parts += [f"{math.floor(100 * share)} %"] if math.isfinite(share) else []
    left = time_text(row.seconds_left)
    parts += [f"{left} left"] if left and row.state == "running" else []
    return f'run "{row.title}": {", ".join(parts)}'


def ended_text(row: RunRow) -> str:
    """What a notification says of a run that has ended."""
    if row.state == "finished":
        return f'The run "{row.title}" is finished.'
    reason = row.reason or row.message
    return f'The run "{row.title}" {"was " if row.state in {"stopped", "interrupted"} else "has "}{row.state}' + (
        f": {reason}" if reason else "."
    )
