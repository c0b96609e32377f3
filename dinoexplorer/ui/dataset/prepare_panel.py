"""Preparing pictures: sources and options on the left, what would become of them on the right; then the work itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from dinoexplorer.datasets.looking import Preview
from dinoexplorer.datasets.orders import Outcome, Preparation, outcome_of, prepare_words, step_of
from dinoexplorer.ui.dataset.child_work import ChildWork
from dinoexplorer.ui.dataset.course_page import CoursePage
from dinoexplorer.ui.dataset.prepare_form import PrepareForm
from dinoexplorer.ui.dataset.preview_grid import PreviewGrid
from dinoexplorer.ui.dataset.preview_work import PreviewWork
from dinoexplorer.ui.dataset.set_chooser import SetChooser
from dinoexplorer.ui.dropping import dropped_paths
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.outlook_line import OutlookLine
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar
from dinoexplorer.ui.train.amounts import time_text

_WIDEST, _HIGHEST, _EDGE = 1240, 860, 24
_FORM_WIDTH = 444
_PAUSE = 200  # milliseconds of editing, before what is asked for is looked at


class PreparePanel(Overlay):
    """Escape puts it away; the work goes on."""

    prepared = Signal(object, object)  # folder of the dataset, Outcome
    ended = Signal(str)  # in a sentence how the work ended
    way_chosen = Signal(str, object)  # look, check or train; folder of the dataset

    def __init__(self, home: Path, window: QWidget, command: Sequence[str] | None = None) -> None:
        super().__init__(window, "Prepare pictures")
        self._command = command
        self._preparation: Preparation | None = None  # what is being prepared, or was last
        self._outcome: Outcome | None = None
        self._stopping = False
        self.form, self.grid = PrepareForm(home, self.panel), PreviewGrid(self.panel)
        self.course = CoursePage(self.panel)
        self.preview, self.work, self.chooser = PreviewWork(self), ChildWork(self), SetChooser(self)
        self.close_button = IconButton("close", "Close; the work goes on", self.panel)
        self.close_button.setToolTip("Close (Esc); the work goes on")
        self._above = foreign_label(self.panel)
        self._above.setProperty("role", "heading")
        self._bar = ThinBar(self.panel)
        self.start = IconButton("", "Prepare", self.panel, text="Prepare")
        self.start.setProperty("primary", True)
        self.start.setMinimumHeight(36)
        self.start.setToolTip("Prepare (Ctrl+Return)")
        self._said = OutlookLine("What the dataset will be", self.start, 2, self.panel)
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._show_nothing()

    @property
    def sentence(self) -> str:
        """What is said beside the button."""
        return self._said.text()

    @property
    def working(self) -> bool:
        """Whether pictures are being prepared."""
        return self.work.working

    def show_panel(self, sources: Sequence[str] = ()) -> None:
        """Come up, with more sources where there are some."""
        if sources and not self.working:
            self._show_form()
            self.form.sources.add(sources)
        self.come_up()
        if self.stack.currentWidget() is self.course:
            self.course.setFocus()
        else:
            self.form.sources.folder_button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def prepare_again(self, preparation: Preparation) -> None:
        """Come up and make a dataset again as it was made, with what was decided meanwhile."""
        self.form.show_preparation(preparation)
        self.come_up()
        self._begin(preparation)

    def close_down(self) -> None:
        """End the thread and the process; what is done stays."""
        self._pause.stop()
        self.preview.close()
        self.work.close()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDEST, room.width() - 2 * _EDGE), min(_HIGHEST, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()) and not self.working:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.form.sources.add([str(path) for path in dropped_paths(event.mimeData())])

    @Slot()
    def _on_edited(self) -> None:
        self.preview.cancel()
        self.grid.setEnabled(False)  # it shows what was asked for before
        problem = self.form.problem
        if problem:
            self._pause.stop()
            if not self.form.sources.sources:
                self._show_nothing()
            self._said.say(problem, wrong=bool(self.form.sources.sources), ready=False)
        else:
            self._said.say("Looking at the pictures…", wrong=False, ready=True)
            self._pause.start()

    @Slot()
    def _on_pause(self) -> None:
        if not self.form.problem and not self.working:
            self._bar.show()
            self.preview.ask(self.form.preparation())

    @Slot(str, int, int)
    def _on_stepped(self, what: str, done: int, total: int) -> None:
        self._above.setText(f"{what[:1].upper()}{what[1:]}: {done:,}{f' of {total:,}' if total else ''}…")

    @Slot(object)
    def _on_found(self, preview: Preview) -> None:
        self.grid.setEnabled(True)
        self.grid.set_looks(preview.looks)
        shown = len(preview.looks)
        self._above.setText(f"{shown} of {preview.count:,} pictures, before and after" if preview.count else
                           f"{shown} pictures, before and after")  # fmt: skip
        self._said.say(estimate_text(preview), wrong=False, ready=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.grid.set_looks(())
        self._above.setText("")
        self._said.say(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.", wrong=True, ready=False)

    @Slot()
    def _on_start(self) -> None:
        if not self.form.problem and self.start.isEnabled() and self.stack.currentWidget() is self._page:
            self._begin(self.form.preparation())

    def _begin(self, preparation: Preparation) -> None:
        self.preview.cancel()
        self._pause.stop()
        self._preparation, self._outcome, self._stopping = preparation, None, False
        self.stack.setCurrentWidget(self.course)
        self.course.begin()
        self.work.start(prepare_words(preparation), self._command)

    @Slot(object)
    def _on_told(self, told: Mapping[str, Any]) -> None:
        step, outcome = step_of(told), outcome_of(told)
        if step is not None and not self._stopping:
            self.course.show_step(step)
        self._outcome = outcome or self._outcome

    @Slot()
    def _on_cancel(self) -> None:
        self._stopping = True
        self.work.stop()
        self.course.show_stopping()

    @Slot(str)
    def _on_ended(self, failure: str) -> None:
        outcome, preparation = self._outcome, self._preparation
        if failure:
            self.course.show_failure(failure)
        elif outcome is None or preparation is None:
            self.course.show_stopped()
        else:
            self.course.show_outcome(outcome)
            self.prepared.emit(preparation.out, outcome)
        self.ended.emit(self.course.heading.text())

    @Slot()
    def _show_form(self) -> None:
        self.stack.setCurrentWidget(self._page)
        self._on_edited()

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if self._preparation is not None:
            self.go_away()
            self.way_chosen.emit(way, self._preparation.out)

    @Slot()
    def _on_go_on(self) -> None:
        if self._preparation is not None:
            self._begin(self._preparation)

    def _show_nothing(self) -> None:
        self._bar.hide()
        self.grid.set_looks(())
        self._above.setText("Drop folders and archives here, or add them on the left.")
        self._said.say("", wrong=False, ready=False)

    @Slot()
    def _on_source_folder_wanted(self) -> None:
        self.chooser.ask_for_source_folder(self._last_source())

    @Slot()
    def _on_source_files_wanted(self) -> None:
        self.chooser.ask_for_source_files(self._last_source())

    @Slot()
    def _on_table_wanted(self) -> None:
        self.chooser.ask_for_table(self._last_source())

    @Slot()
    def _on_out_wanted(self) -> None:
        out = self.form.out.path
        self.chooser.ask_for_out(Path.home() if out is None else out.parent)

    def _last_source(self) -> Path:
        sources = self.form.sources.sources
        return Path(sources[-1]).expanduser().parent if sources else Path.home()

    def _lay_out(self) -> None:
        title = QLabel("Prepare pictures", self.panel)
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        self.form.setObjectName("plain")
        area = scroll_area(self.form, self.panel)
        area.setFixedWidth(_FORM_WIDTH)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.start)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._above)
        right.addWidget(self._bar)
        right.addWidget(self.grid, 1)
        right.addLayout(foot)
        line = QFrame(self.panel)
        line.setObjectName("rule")
        line.setFixedWidth(1)
        self._page = QWidget(self.panel)
        body = QHBoxLayout(self._page)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addWidget(area)
        body.addWidget(line)
        body.addLayout(right, 1)
        self.stack = QStackedWidget(self.panel)
        self.stack.addWidget(self._page)
        self.stack.addWidget(self.course)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        form, chooser = self.form, self.chooser
        form.edited.connect(self._on_edited)
        form.sources.folder_wanted.connect(self._on_source_folder_wanted)
        form.sources.files_wanted.connect(self._on_source_files_wanted)
        form.table_wanted.connect(self._on_table_wanted)
        form.out_wanted.connect(self._on_out_wanted)
        chooser.sources_chosen.connect(form.sources.add)
        chooser.table_chosen.connect(form.set_table)
        chooser.out_chosen.connect(form.set_out)
        self._pause.timeout.connect(self._on_pause)
        self.preview.found.connect(self._on_found)
        self.preview.failed.connect(self._on_failed)
        self.preview.stepped.connect(self._on_stepped)
        self.preview.ended.connect(self._bar.hide)
        self.work.told.connect(self._on_told)
        self.work.ended.connect(self._on_ended)
        self.course.cancel_asked.connect(self._on_cancel)
        self.course.again_asked.connect(self._show_form)
        self.course.go_on_asked.connect(self._on_go_on)
        self.course.way_chosen.connect(self._on_way)
        self.start.clicked.connect(self._on_start)
        self.close_button.clicked.connect(self.go_away)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(self.start.click)


def estimate_text(preview: Preview) -> str:
    """What the dataset will come to, as far as a few pictures tell."""
    looks = preview.looks
    if not looks:
        return "There is no picture in these sources."
    taken = sum(not look.reason for look in looks)
    if not preview.count:
        return f"{taken} of these {len(looks)} pictures would be taken."
    share = taken / len(looks)
    spent = time_text(preview.count * preview.seconds)
    some = f"about {round(preview.count * share):,}" if 0 < share < 1 else f"{round(preview.count * share):,}"
    if preview.count <= len(looks):
        return f"{taken} of {preview.count:,} pictures would be taken."
    many = f"{some[:1].upper()}{some[1:]} of {preview.count:,} pictures"
    return f"{many} would be taken, fewer where there are duplicates. It takes at most {spent}."
