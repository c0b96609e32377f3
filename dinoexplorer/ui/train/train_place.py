"""The place Train: runs on the left; on the right the form, the run that is watched, the history, a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.runs.views import Order, RunDetail, RunRow
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.train.launch_form import LaunchForm
from dinoexplorer.ui.train.loading import load_module
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.train.run_view import RunView
from dinoexplorer.ui.train.runs_list import RunsList
from dinoexplorer.ui.train.runs_pane import RunsPane
from dinoexplorer.ui.train.runs_table import RunsTable
from dinoexplorer.ui.train.runs_worker import RunsWorker

if TYPE_CHECKING:
    from dinoexplorer.ui.train.compare_view import CompareView

_COMPARISON_MODULE = "dinoexplorer.ui.train.compare_view"
_OF_THE_FORM = frozenset({"start", "start_sweep", "fields", "recipes", "check", "estimate", "inspect"})
_NOT_A_CHANGE = frozenset({"recipe", "family", "name", "data.source", "images"})
"""Settings that an order says elsewhere, or that follow from others."""


class TrainPlace(QWidget):
    """Passes wishes on to the worker, and what it tells to whoever shows it."""

    explore_wanted = Signal(object)  # Path of a checkpoint
    follow_toggled = Signal(object, bool)  # folder of a run
    source_used = Signal(str)  # a run was started on these pictures
    outlives_chosen = Signal(bool)  # whether runs go on when the program crashes
    prepare_wanted = Signal(object)  # sources of pictures, tuple[str, ...]
    dataset_wanted = Signal(object)  # folder of a dataset to look through; None for the last one
    told = Signal(str)  # for the status line

    def __init__(self, worker: RunsWorker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._rows: tuple[RunRow, ...] = ()
        self._compared: tuple[Path, ...] = ()
        self._comparison: CompareView | None = None  # it draws with pyqtgraph, which takes a while to import
        self._background = Background(self)
        self._background.finished.connect(self._on_imported)
        self._watched: Path | None = None
        self._rerun: Path | None = None
        self._steered = ""  # what the watched run was told last
        self.pictures = PictureStore(self)
        # Made in the order in which Tab goes through them.
        self.new_button = IconButton("", "New run", self, text="New run")
        self.new_button.setToolTip("New run (Ctrl+N)")
        self.new_button.setProperty("primary", True)
        self.table_button = IconButton("", "All runs in a table", self, text="Table")
        self.table_button.setToolTip("All runs in a table; press again for the list")
        self.table_button.setCheckable(True)
        self.options = MenuButton("", "What becomes of runs", self)
        self.options.setText("Options")
        self.outlives = self.options.choices().addAction("Runs go on if this program crashes")
        self.outlives.setToolTip("Otherwise they save and stop. When the window is closed it asks.")
        self.outlives.setCheckable(True)
        self.outlives.toggled.connect(self._on_outlives_toggled)
        self.runs = RunsList(self, pictures=self.pictures)
        self.form, self.run = LaunchForm(self), RunView(self)
        self.table = RunsTable(self, pictures=self.pictures)
        self._lay_out()
        for pane in (self.runs, self.table):
            self._connect_pane(pane)
        self._connect_form()
        self._connect_run()
        self.new_button.clicked.connect(self.show_form)
        self.table_button.clicked.connect(self._on_table_clicked)
        worker.compared.connect(self._on_compared)
        worker.rows_changed.connect(self.set_rows)
        worker.failed.connect(self._on_failed)
        worker.ask("recipes")

    def show_form(self) -> None:
        """Show the form of a new run."""
        self._show(self.form)
        self.form.name_field.setFocus()

    def train_on(self, source: Path) -> None:
        """Show the form with these pictures chosen."""
        self.form.prefill(replace(self.form.order(), data=str(source)))
        self.show_form()

    def show_run(self, folder: Path) -> None:
        """Watch a run."""
        self._watch(folder)
        self._show(self.run)
        self.runs.select((folder,))

    def set_rows(self, rows: tuple[RunRow, ...]) -> None:
        """Show these runs."""
        self._rows = rows
        self.runs.set_rows(rows)
        self.table.set_rows(rows)
        shown = self._watched if self.stack.currentWidget() is self.run else None
        if shown is not None and not self.runs.selection():  # a run that was just started gets its row now
            self.runs.select((shown,))

    def set_recent_data(self, sources: Sequence[str]) -> None:
        """Offer what was trained on before, newest first."""
        self.form.set_recent_data(sources)

    def set_outlives(self, outlives: bool) -> None:
        """Show what was chosen, and tell the worker."""
        self.outlives.setChecked(outlives)
        self._on_outlives_toggled(outlives)

    def close_down(self) -> None:
        """Wait for the threads that read pictures."""
        self.run.close_down()
        self._background.close()
        if self._comparison is not None:
            self._comparison.close_down()
        self.pictures.close_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._worker.ask("set_active", True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._worker.ask("set_active", False)

    def _lay_out(self) -> None:
        self._left, self._heading = QWidget(self), QWidget(self)
        heading = QHBoxLayout(self._heading)
        heading.setContentsMargins(0, 0, 0, 0)
        heading.addWidget(self.new_button)
        heading.addWidget(self.table_button)
        heading.addStretch(1)
        heading.addWidget(self.options)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self.runs, 1)
        self.stack = QStackedWidget(self)
        for widget in (self.form, self.run, self.table):
            self.stack.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(8)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._left)
        splitter.addWidget(self.stack)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 980])
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(splitter)

    def _show(self, widget: QWidget) -> None:
        had_focus, in_table = self.stack.isAncestorOf(self.focusWidget() or self), widget is self.table
        self.stack.setCurrentWidget(widget)
        self._left.setVisible(not in_table)  # the same runs twice would be once too often
        column = (self.table if in_table else self._left).layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, self._heading)
            self._heading.show()  # Qt would only when it is idle
        self.table_button.setChecked(in_table)
        if had_focus and widget is self.run:
            self.runs.view.setFocus()  # it would go to a button far away
        if widget is not self.run:
            self._watch(None)

    def _watch(self, folder: Path | None) -> None:
        self._watched, self._rerun = folder, None
        self._worker.ask("watch", folder)

    @Slot()
    def _on_table_clicked(self) -> None:
        if self.stack.currentWidget() is not self.table:
            self.table.select(tuple(row.folder for row in self.runs.selection()))
            self._show(self.table)
            self.table.view.setFocus()
        elif self.run.detail is not None:
            self.show_run(self.run.detail.row.folder)
        else:
            self.show_form()

    def _connect_pane(self, pane: RunsPane) -> None:
        ask = self._worker.ask
        pane.opened.connect(self.show_run)
        pane.rename_wanted.connect(partial(ask, "rename"))
        pane.unqueue_wanted.connect(partial(ask, "unqueue"))
        pane.move_wanted.connect(partial(ask, "move"))
        pane.resume_wanted.connect(partial(ask, "resume"))
        pane.open_folder_wanted.connect(_open_folder)
        pane.rerun_wanted.connect(self._on_rerun_wanted)
        pane.compare_wanted.connect(self._on_compare_wanted)
        if pane is self.runs:
            pane.selected.connect(self._on_selected)
            pane.view.clicked.connect(self._on_run_clicked)

    def _connect_form(self) -> None:
        form, worker = self.form, self._worker
        form.start_wanted.connect(self._on_start_wanted)
        form.sweep_wanted.connect(self._on_sweep_wanted)
        form.check_wanted.connect(self._on_check_wanted)
        form.estimate_wanted.connect(partial(worker.ask, "estimate"))
        form.inspect_wanted.connect(partial(worker.ask, "inspect"))
        form.fields_wanted.connect(partial(worker.ask, "fields"))
        form.data.prepare_wanted.connect(self._on_prepare_wanted)
        form.data_view.prepare_asked.connect(self._on_prepare_wanted)
        form.data.look_wanted.connect(self._on_look_wanted)
        worker.recipes_found.connect(form.set_recipes)
        worker.fields_found.connect(self._on_fields_found)
        worker.checked.connect(form.set_problems)
        worker.command_line_made.connect(self._on_command_line_made)
        worker.estimated.connect(form.set_estimate)
        worker.inspected.connect(form.set_data_report)
        worker.queued.connect(self._on_queued)

    def _connect_run(self) -> None:
        run, worker = self.run, self._worker
        run.command_wanted.connect(self._on_command_wanted)
        run.kill_wanted.connect(self._on_kill_wanted)
        run.resume_wanted.connect(self._on_resume_wanted)
        run.explore_wanted.connect(self.explore_wanted)
        run.follow_toggled.connect(self.follow_toggled)
        run.rerun_wanted.connect(self._on_rerun_wanted)
        run.open_folder_wanted.connect(_open_folder)
        run.told.connect(self.told)
        worker.detail_changed.connect(self._on_detail_changed)
        worker.hardware_changed.connect(run.set_hardware)

    @Slot(bool)
    def _on_outlives_toggled(self, outlives: bool) -> None:
        self._worker.ask("set_outlives", outlives)
        self.outlives_chosen.emit(outlives)

    @Slot()
    def _on_prepare_wanted(self) -> None:
        self.prepare_wanted.emit(() if self.form.data.built_in else (self.form.data.source,))

    @Slot()
    def _on_look_wanted(self) -> None:
        self.dataset_wanted.emit(None if self.form.data.built_in else Path(self.form.data.source))

    @Slot(object)
    def _on_start_wanted(self, order: Order) -> None:
        self._worker.ask("start", order)
        self.source_used.emit(order.data)

    @Slot(object, str, object)
    def _on_sweep_wanted(self, order: Order, key: str, values: object) -> None:
        self._worker.ask("start_sweep", order, key, values)
        self.source_used.emit(order.data)

    @Slot(str, object)
    def _on_check_wanted(self, _recipe: str, _changes: object) -> None:
        self._worker.ask("check", self.form.order())

    @Slot(str, object)
    def _on_fields_found(self, recipe: str, fields: object) -> None:
        self.form.set_fields(fields, recipe)  # type: ignore[arg-type]  # signals carry objects

    @Slot(object, str)
    def _on_command_line_made(self, order: Order, text: str) -> None:
        if order == self.form.order():
            self.form.set_command_line(text)

    @Slot(object)
    def _on_queued(self, folder: Path) -> None:
        self.show_run(folder)

    @Slot(object)
    def _on_selected(self, folders: tuple[Path, ...]) -> None:
        if len(folders) == 1 and self.stack.currentWidget() is not self.form:
            self._watch(folders[0])
            self.stack.setCurrentWidget(self.run)

    @Slot()
    def _on_run_clicked(self) -> None:
        """A click leaves the form, which keeps what was typed; the arrow keys do not."""
        chosen = self.runs.selection()
        if len(chosen) == 1 and self.stack.currentWidget() is not self.run:
            self.show_run(chosen[0].folder)

    @Slot(object)
    def _on_detail_changed(self, detail: RunDetail) -> None:
        if detail.row.folder != self._watched:
            return  # it was on its way when something else was chosen
        if self._rerun == detail.row.folder:
            self._rerun = None
            self.form.prefill(order_again(detail))
            self.show_form()
        else:
            self.run.set_detail(detail)

    @Slot(Path, str)
    def _on_command_wanted(self, folder: Path, command: str) -> None:
        self._steered = command
        self._worker.ask("send", folder, command)

    @Slot(Path)
    def _on_kill_wanted(self, folder: Path) -> None:
        self._steered = "kill"
        self._worker.ask("kill", folder)

    @Slot(Path, object)
    def _on_resume_wanted(self, folder: Path, steps: object) -> None:
        self._steered = "start"
        self._worker.ask("resume", folder, steps)

    @Slot(object)
    def _on_rerun_wanted(self, folder: Path) -> None:
        detail = self.run.detail
        if detail is not None and detail.row.folder == folder:
            self.form.prefill(order_again(detail))
            self.show_form()
        else:
            self._watch(folder)
            self._rerun = folder

    @Slot(object)
    def _on_compare_wanted(self, folders: tuple[Path, ...]) -> None:
        self._compared = folders
        if self._comparison is None:
            self.told.emit("Reading the runs…")
            self._background.start("comparison", partial(load_module, _COMPARISON_MODULE))
        else:
            self._compare()

    @Slot(str, object)
    def _on_imported(self, _name: str, module: object) -> None:
        if not isinstance(module, ModuleType):
            self.told.emit(f"Runs cannot be compared: {module}. Install pyqtgraph, then start again.")
            return
        if self._comparison is None:
            view: CompareView = module.CompareView(self, pictures=self.pictures)
            view.details_wanted.connect(partial(self._worker.ask, "compare"))
            view.told.connect(self.told)
            self.stack.addWidget(view)
            self._comparison = view
        self._compare()

    def _compare(self) -> None:
        if self._comparison is not None:
            self._show(self._comparison)
            self._comparison.ask_for(self._compared)
            self.told.emit("")

    @Slot(object)
    def _on_compared(self, details: tuple[RunDetail, ...]) -> None:
        if self._comparison is not None:
            self._comparison.set_details(details)

    @Slot(str, str)
    def _on_failed(self, asked: str, sentence: str) -> None:
        if asked in _OF_THE_FORM and self.stack.currentWidget() is self.form:
            self.form.set_failure(sentence)
        elif asked in {"send", "kill", "resume"} and self._steered:
            self.run.steering.forget(self._steered)
        self.told.emit(sentence)


def order_again(detail: RunDetail) -> Order:
    """The order of a run once more, to be changed; the form drops what is the recipe's own."""
    settings = detail.settings
    changes = {key: value for key, value in settings.items() if key not in _NOT_A_CHANGE}
    recipe = str(settings.get("recipe") or settings.get("family", ""))
    return Order(recipe, str(settings.get("data.source", "")), detail.row.title, changes)


@Slot(object)
def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
