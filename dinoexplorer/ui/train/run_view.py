"""One run, watched and steered: its head, its commands, its curves, its samples and its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from dinoexplorer.runs.views import Hardware, RunDetail
from dinoexplorer.ui import icons
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.loading import load_module
from dinoexplorer.ui.train.log_view import LogView
from dinoexplorer.ui.train.run_header import RunHeader, latest_checkpoint
from dinoexplorer.ui.train.sample_viewer import SampleViewer
from dinoexplorer.ui.train.steering_bar import SteeringBar

if TYPE_CHECKING:
    from dinoexplorer.ui.train.curves_view import CurvesView

_NARROW = 780
"""Below so many pixels one of the parts is shown at a time."""
_CURVES_MODULE = "dinoexplorer.ui.train.curves_view"
_PARTS = {"curves": "Curves", "samples": "Samples", "log": "Log"}


class RunView(QWidget):
    """Shows `RunDetail` after `RunDetail`; every wish leaves as a signal with the run's folder."""

    command_wanted = Signal(Path, str)
    kill_wanted = Signal(Path)
    resume_wanted = Signal(Path, object)  # total steps, or None for what is left
    explore_wanted = Signal(Path)  # of a checkpoint
    follow_toggled = Signal(Path, bool)
    rerun_wanted = Signal(Path)
    open_folder_wanted = Signal(Path)
    told = Signal(str)  # for the status line

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._detail: RunDetail | None = None
        self._closed = self._is_loading = False
        self.curves: CurvesView | None = None
        self.header, self.steering = RunHeader(self), SteeringBar(self, clock=clock)
        self.samples, self.log = SampleViewer(self), LogView(self)
        self._reason_icon, self._reason = QLabel(self), foreign_label(self)
        self._reason.setWordWrap(True)
        self._reason.setAccessibleName("Why the run ended")
        self.toggles: dict[str, IconButton] = {}
        self._latest_part, self._wide_parts = "curves", {"curves", "samples"}
        self._background = Background(self)
        self._background.finished.connect(self._on_imported)
        self._lay_out()
        self._connect()
        self._arrange()

    @property
    def detail(self) -> RunDetail | None:
        """What is shown."""
        return self._detail

    @property
    def reason(self) -> str:
        """The sentence that says why the run ended, if it says one."""
        return self._reason.text()

    def set_detail(self, detail: RunDetail | None) -> None:
        """Show a run, or that none is chosen."""
        another = detail is not None and (self._detail is None or self._detail.row.folder != detail.row.folder)
        self._detail = detail
        self._stack.setCurrentIndex(0 if detail is None else 1)
        if detail is None:
            return
        if another:
            self.set_following(False)
        self.header.set_detail(detail)
        self.steering.set_detail(detail)
        self.samples.set_samples(str(detail.row.folder), detail.samples)
        self.log.set_detail(detail)
        self._show_reason(detail)
        self._show_curves()
        problems = len(detail.problems)
        self.toggles["log"].setText(f"Log ({problems})" if problems else "Log")
        name = f"Log, {problems} problems" if problems else "Log"
        self.toggles["log"].setAccessibleName(f"Show or hide: {name}")

    def set_hardware(self, hardware: Hardware) -> None:
        """Show how busy the machine is."""
        self.header.set_hardware(hardware)

    def set_following(self, on: bool) -> None:
        """Show whether the explorer follows this run; tells nobody."""
        blocked = self.header.follow.blockSignals(True)
        self.header.follow.setChecked(on)
        self.header.follow.blockSignals(blocked)

    def load_curves(self) -> None:
        """Load pyqtgraph in a thread, then build the curves; called by itself when the view is first shown."""
        if not self._is_loading:
            self._is_loading = True
            self._background.start("curves", partial(load_module, _CURVES_MODULE))

    def close_down(self) -> None:
        """Wait for what is under way in threads."""
        self._closed = True
        self._background.close()
        self.samples.close_down()
        if self.curves is not None:
            self.curves.close_down()

    def showEvent(self, event: object) -> None:
        self.load_curves()
        super().showEvent(event)  # type: ignore[arg-type]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < _NARROW) != (event.oldSize().width() < _NARROW):
            self._arrange()

    def _lay_out(self) -> None:
        nothing = QLabel("Choose a run to watch it, or start one.", self)
        nothing.setProperty("role", "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = QWidget(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(nothing)
        self._stack.addWidget(whole)
        self._waiting = QLabel("The curves are being prepared…", self)
        self._waiting.setProperty("role", "muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._curves_place = QWidget(self)
        self._curves_column = QVBoxLayout(self._curves_place)
        self._curves_column.setContentsMargins(0, 0, 0, 0)
        self._curves_column.addWidget(self._waiting)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(10)
        self._split.addWidget(self._curves_place)
        self._split.addWidget(self.samples)
        self._tall = QSplitter(Qt.Orientation.Vertical, self)
        self._tall.setChildrenCollapsible(False)
        self._tall.setHandleWidth(10)
        self._tall.addWidget(self._split)
        self._tall.addWidget(self.log)
        self._split.setSizes([600, 480])
        self._tall.setSizes([500, 220])
        reason = QHBoxLayout()
        reason.setSpacing(8)
        reason.addWidget(self._reason_icon)
        reason.addWidget(self._reason, 1)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.steering, 1)
        for name, text in _PARTS.items():
            toggle = IconButton("", f"Show or hide: {text.lower()}", whole, text=text)
            toggle.setObjectName(name)
            toggle.setCheckable(True)
            self.toggles[name] = toggle
            row.addWidget(toggle, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(whole)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.header)
        column.addLayout(reason)
        column.addLayout(row)
        column.addWidget(self._tall, 1)

    def _connect(self) -> None:
        self.steering.command_wanted.connect(self._on_command_wanted)
        self.steering.kill_wanted.connect(self._on_kill_wanted)
        self.steering.resume_wanted.connect(self._on_resume_wanted)
        self.header.explore.clicked.connect(self._on_explore_clicked)
        self.header.follow.toggled.connect(self._on_follow_toggled)
        self.header.again.clicked.connect(self._on_again_clicked)
        self.header.folder.clicked.connect(self._on_folder_clicked)
        for toggle in self.toggles.values():
            toggle.clicked.connect(self._on_part_clicked)

    def _show_reason(self, detail: RunDetail) -> None:
        reason = detail.row.reason if detail.row.state in {"failed", "interrupted"} else ""
        for label in (self._reason, self._reason_icon):
            label.setVisible(bool(reason))
        if reason:
            colour = self.palette().color(QPalette.ColorRole.BrightText)
            self._reason_icon.setPixmap(icons.picture("warning", colour, 20, self.devicePixelRatioF()))
        self._reason.setText(reason)

    def _show_curves(self) -> None:
        if self.curves is not None and self._detail is not None and self._curves_place.isVisibleTo(self):
            row = self._detail.row
            self.curves.set_curves(str(row.folder), row.title, self._detail.curves)

    def _arrange(self) -> None:
        """Show the parts that are wanted; where there is no room for several, the one wanted last."""
        narrow = self.width() < _NARROW
        shown = {self._latest_part} if narrow else self._wide_parts
        for name, toggle in self.toggles.items():
            toggle.setChecked(name in shown)
        self._curves_place.setVisible("curves" in shown)
        self.samples.setVisible("samples" in shown)
        self._split.setVisible(not shown.isdisjoint({"curves", "samples"}))
        self.log.setVisible("log" in shown)
        self._show_curves()

    @Slot(str, object)
    def _on_imported(self, _name: str, module: object) -> None:
        if self._closed:
            return
        if not isinstance(module, ModuleType):
            self._waiting.setText(f"The curves cannot be drawn: {module}. Install pyqtgraph, then start again.")
            self._waiting.setWordWrap(True)
            return
        curves: CurvesView = module.CurvesView(self._curves_place)
        self._waiting.hide()
        self._curves_column.addWidget(curves)
        curves.told.connect(self.told)
        self.curves = curves
        self._show_curves()

    @Slot()
    def _on_part_clicked(self) -> None:
        name = self.sender().objectName()
        self._latest_part = name
        if self.width() >= _NARROW:
            self._wide_parts ^= {name}
            if not self._wide_parts:  # the last one stays
                self._wide_parts = {name}
        self._arrange()

    @Slot(str)
    def _on_command_wanted(self, command: str) -> None:
        if self._detail is not None:
            self.command_wanted.emit(self._detail.row.folder, command)

    @Slot()
    def _on_kill_wanted(self) -> None:
        if self._detail is not None:
            self.kill_wanted.emit(self._detail.row.folder)

    @Slot(object)
    def _on_resume_wanted(self, steps: int | None) -> None:
        if self._detail is not None:
            self.resume_wanted.emit(self._detail.row.folder, steps)

    @Slot()
    def _on_explore_clicked(self) -> None:
        if self._detail is not None and (checkpoint := latest_checkpoint(self._detail)) is not None:
            self.explore_wanted.emit(checkpoint)

    @Slot(bool)
    def _on_follow_toggled(self, on: bool) -> None:
        if self._detail is not None:
            self.follow_toggled.emit(self._detail.row.folder, on)

    @Slot()
    def _on_again_clicked(self) -> None:
        if self._detail is not None:
            self.rerun_wanted.emit(self._detail.row.folder)

    @Slot()
    def _on_folder_clicked(self) -> None:
        if self._detail is not None:
            self.open_folder_wanted.emit(self._detail.row.folder)
