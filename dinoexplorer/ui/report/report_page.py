"""One checkpoint: on the left what shall be asked, on the right what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QWidget

from dinoexplorer.datasets.orders import step_of
from dinoexplorer.reports.kept import KeptReport, open_report, save_page, save_table
from dinoexplorer.reports.questions import DINOEXPLORER, Question, asked_of, evaluate_words, folder_of
from dinoexplorer.reports.subjects import Subject, look_at
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.dataset.child_work import ChildWork
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.report.checkpoint_chooser import checkpoint_name
from dinoexplorer.ui.report.question_form import LOOKING, QuestionForm
from dinoexplorer.ui.report.report_view import ReportView
from dinoexplorer.ui.save_dialog import ask_where_to_save, saving_told
from dinoexplorer.ui.texts import as_sentence
from training.errors import TrainingError

_SAVERS: Mapping[str, tuple[str, Callable[[Path, Path], Path]]] = {
    "html": ("Web page", save_page), "csv": ("Table", save_table),
}  # fmt: skip


class ReportPage(QWidget):
    """Evaluates in a process of its own; whatever ends that, the window goes on and keeps what is finished."""

    report_kept = Signal(object)  # Path of the folder of a report that was made or has grown
    told = Signal(str)  # for the status line
    possible_changed = Signal()

    def __init__(self, parent: QWidget | None = None, command: Sequence[str] | None = None) -> None:
        """``command`` is run in place of `dinoexplorer`."""
        super().__init__(parent)
        self._command = command or DINOEXPLORER
        self._kept: Path | None = None  # where the evaluation under way keeps its report
        self.form, self.view = QuestionForm(self), ReportView(self)
        self.work = ChildWork(self)
        self._looking, self._opening, self._saving = LatestWork(self), LatestWork(self), Background(self)
        self._dialog: QFileDialog | None = None
        self._folder = Path.home()  # that the last one was saved to
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        self.form.setMinimumWidth(340)
        splitter.addWidget(self.form)
        splitter.addWidget(self.view)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([380, 900])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        self.form.look_wanted.connect(self.look)
        self.form.start_wanted.connect(self._on_start_wanted)
        self.form.cancel_wanted.connect(self._on_cancel_wanted)
        self.form.told.connect(self.told)
        self.view.shown_changed.connect(self.possible_changed)
        self.view.report_chosen.connect(self.view.show_report)
        self.work.told.connect(self._on_told)
        self.work.ended.connect(self._on_ended)
        self._looking.done.connect(self._on_looked)
        self._opening.done.connect(self._on_opened)
        self._saving.finished.connect(self._on_saved)

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    @Slot()
    def look(self) -> None:
        """Find out what the chosen checkpoint can be asked, and what is known of it."""
        path, source, share = self.form.wanted
        if path is not None:
            if self.view.kept is None and (self.form.subject is None or self.form.subject.path != path):
                self.view.show_reports((), LOOKING)
            self._looking.ask((path, source, share), partial(look_at, path, source, share))

    def show_report(self, folder: Path) -> None:
        """Read a report and show it, whatever checkpoint it is of."""
        self._opening.ask(True, partial(_opened, folder))

    def save(self, kind: str) -> None:
        """Ask where to save the report that is shown, as `html` or `csv`."""
        kept = self.view.kept
        if kept is None:
            return
        if self._dialog is not None:
            self._dialog.close()
        title, _ = _SAVERS[kind]
        name = f"report-{checkpoint_name(kept.checkpoint).replace(': ', '-')}.{kind}"
        dialog = ask_where_to_save(self.window(), "Save the report", str(self._folder / name), title, kind)
        dialog.fileSelected.connect(partial(self.save_as, kind))
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog

    def save_as(self, kind: str, path: str) -> None:
        """Save the report that is shown."""
        self._folder = Path(path).parent
        if self.view.kept is not None:
            self._saving.start(path, partial(_SAVERS[kind][1], self.view.kept.folder, Path(path)))

    def follow(self, page: QAction, table: QAction) -> None:
        """See `ReportView.follow`."""
        self.view.follow(page, table)

    def close_down(self) -> None:
        """End the evaluation and the threads; finished metrics are kept."""
        self.work.close()
        for work in (self._looking, self._opening, self._saving):
            work.close()
        self.view.close_down()

    @Slot(object)
    def _on_start_wanted(self, question: Question) -> None:
        self._kept = None
        self.form.line.begin()
        self.form.set_working(True)
        self.form.line.cancel.setFocus()
        self.work.start(evaluate_words(question), self._command)

    @Slot()
    def _on_cancel_wanted(self) -> None:
        self.work.drop()
        self._rest("Cancelled. What was finished is kept." if self._kept is not None else "Cancelled.")

    @Slot(object)
    def _on_told(self, told: Mapping[str, Any]) -> None:
        step, asked, folder = step_of(told), asked_of(told), folder_of(told)
        if step is not None:
            self.form.line.show_step(step)
        if asked is not None:
            self.form.line.show_asked(asked)
            if not self.isVisible():
                self.told.emit(f"Evaluating: {self.form.line.said.text()}")
        if folder is not None:
            self._kept = folder
            self._opening.ask(False, partial(_opened, folder))
            self.report_kept.emit(folder)

    @Slot(str)
    def _on_ended(self, failure: str) -> None:
        if failure:
            sentence = as_sentence(f"It did not work out: {failure}")
        elif self._kept is None:
            sentence = "It is done, but the report could not be kept: make room on the disk of the cache."
        else:
            sentence = "Done."
        self._rest(sentence)
        self.told.emit("The evaluation is done." if sentence == "Done." else sentence)

    def _rest(self, sentence: str) -> None:
        had_focus = self.form.isAncestorOf(self.window().focusWidget() or self)
        self.form.set_working(False)
        if had_focus:
            self.form.start.setFocus()  # before Cancel goes, or it would go elsewhere
        self.form.line.rest(sentence)

    @Slot(object, object)
    def _on_looked(self, key: object, subject: Subject) -> None:
        if key != self.form.wanted:
            return
        before = self.form.subject
        self.form.set_subject(subject)
        if before is None or before.path != subject.path:  # other pictures change nothing that was found
            self.form.line.rest("")
            self.view.show_reports(subject.reports, as_sentence(subject.problem))

    @Slot(object, object)
    def _on_opened(self, of_any: object, found: KeptReport | str) -> None:
        if isinstance(found, str):
            self.told.emit(as_sentence(found))
        elif of_any or found.checkpoint == self.form.checkpoint.path:  # else another one was chosen meanwhile
            self.view.show_report(found)
            if not self.form.working:
                self.form.choose(found.checkpoint)

    @Slot(str, object)
    def _on_saved(self, path: str, result: object) -> None:
        self.told.emit(saving_told(path, result))

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None


def _opened(folder: Path) -> KeptReport | str:
    try:
        return open_report(folder)
    except TrainingError as error:
        return str(error)
