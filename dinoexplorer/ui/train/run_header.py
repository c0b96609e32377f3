"""The head of a run: what it is, how far, how fast, on what, and ways to use it."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.runs.views import Hardware, RunDetail, RunRow
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip, elided, foreign_label
from dinoexplorer.ui.train.amounts import size_text, time_text
from dinoexplorer.ui.train.run_states import best_text
from training.run import LIVE_STATES

_PROCESS = "memory/process"  # MiB, written by the run itself
_STATES = {"finished": "Finished", "failed": "Failed", "interrupted": "Interrupted", "stopped": "Stopped"}
_NO_CHECKPOINT = "There is no checkpoint yet; Save writes one"


class ProgressLine(QProgressBar):
    """A slim bar; grey for a run that does not go on by itself, which its words say too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Progress")
        self.setTextVisible(False)
        self.setFixedHeight(6)
        self.setRange(0, 1000)
        self.is_still = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        share = max(self.value(), 0) / self.maximum()
        accent = palette.color(QPalette.ColorRole.Accent)
        painter.setBrush(accent)
        if self.is_still:
            painter.setBrush(palette.color(QPalette.ColorRole.PlaceholderText))
        if share > 0:
            painter.drawRoundedRect(QRectF(0, 0, max(self.width() * share, 6), self.height()), 3, 3)
        painter.end()


class RunHeader(QWidget):
    """Title and state, progress, figures, and the machine; `explore`, `follow`, `again`, `folder` are its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: RunRow | None = None
        self._hardware: Hardware | None = None
        self._detail: RunDetail | None = None
        self.title, self.state = foreign_label(self), foreign_label(self)
        self.title.setProperty("role", "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.state.setProperty("role", "heading")
        self.figures, self.machine = foreign_label(self), foreign_label(self)
        for label in (self.figures, self.machine):
            label.setProperty("role", "figures")
            label.setWordWrap(True)
        self.figures.setAccessibleName("Progress in figures")
        self.machine.setAccessibleName("Device and memory")
        self.bar = ProgressLine(self)
        self.explore = IconButton("home", "Open the latest checkpoint in the explorer", self, text="Explore")
        about = "Follow: each new checkpoint replaces the model in the explorer, the latent code stays"
        self.follow = IconButton("follow", about, self, text="Follow")
        self.follow.setCheckable(True)
        self.again = IconButton("again", "Run again with changes…", self)
        self.folder = IconButton("open", "Open the folder of the run", self)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        for button in (self.explore, self.follow, self.again, self.folder):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.state)
        line.addWidget(self.figures, 1)
        column.addLayout(line)
        column.addWidget(self.bar)
        column.addWidget(self.machine)

    def set_detail(self, detail: RunDetail) -> None:
        """Show how far the run is."""
        self._detail, row = detail, detail.row
        self._row = row
        self._show_title()
        self.state.setText(state_text(row))
        self.figures.setText("  ·  ".join(figures_of(row)))
        share = row.step / row.total_steps if row.total_steps else 0.0
        self.bar.setValue(round(1000 * min(share, 1.0)))
        self.bar.setAccessibleDescription(f"{100 * share:.0f} %, {state_text(row)}")
        self.bar.is_still = row.state not in {"running", "preparing", "finished"}
        self.bar.update()
        there = latest_checkpoint(detail) is not None
        for button in (self.explore, self.follow):
            button.setEnabled(there)
        self.explore.setToolTip(self.explore.accessibleName() if there else _NO_CHECKPOINT)
        self.follow.setVisible(row.state in LIVE_STATES)
        self._show_machine()

    def set_hardware(self, hardware: Hardware) -> None:
        """Show how busy the machine is."""
        self._hardware = hardware
        self._show_machine()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_title()

    def _show_title(self) -> None:
        if self._row is not None:
            self.title.setText(elided(self._row.title, self.title.fontMetrics(), self.title.width()))
            self.title.setToolTip(as_tool_tip(f"{self._row.title}\n{self._row.folder}"))
            self.title.setAccessibleName(f"Run {self._row.title}")

    def _show_machine(self) -> None:
        if self._detail is not None:
            self.machine.setText("  ·  ".join(machine_of(self._detail, self._hardware)))


def latest_checkpoint(detail: RunDetail) -> Path | None:
    """The newest checkpoint of a run as a path, if there is one."""
    return detail.row.checkpoint or (detail.checkpoints[-1][1] if detail.checkpoints else None)


def state_text(row: RunRow) -> str:
    """The state in words, with what it is busy with."""
    if row.state == "queued":
        return f"Waits as number {row.queue_place} in the queue" if row.queue_place else "Waits in the queue"
    if row.state == "running" and row.phase not in {"", "training"}:
        return f"Running: {row.phase}"
    if row.state == "preparing" and row.phase:
        return f"Preparing: {row.phase}"
    if row.state == "stopping":
        return "Stopping: saving" if row.phase == "saving" else "Stopping"
    return _STATES.get(row.state, row.state.capitalize())


def figures_of(row: RunRow) -> list[str]:
    """How far, how fast and how good a run is, in words."""
    parts = []
    if row.total_steps and row.step >= row.total_steps and row.state == "finished":
        parts.append(f"{row.step:,} steps")
    elif row.total_steps and (row.step or row.state != "queued"):
        parts.append(f"{math.floor(100 * row.step / row.total_steps)} %")
        parts.append(f"step {row.step:,} of {row.total_steps:,}")
    elif row.total_steps:
        parts.append(f"{row.total_steps:,} steps")
    if row.images_seen:
        parts.append(f"{row.images_seen:,} images seen")
    if row.state in {"running", "paused"}:
        if math.isfinite(row.rate):
            parts.append(f"{row.rate:.0f} images/s")
        if left := time_text(row.seconds_left):
            parts.append(f"{left} left")
    if best := best_text(row):
        parts.append(best)
    if row.message and row.state in {"preparing", "running", "stopping", "stopped"}:
        parts.append(row.message)
    return parts


def machine_of(detail: RunDetail, hardware: Hardware | None) -> list[str]:
    """The device of the run and the load of the machine, in words."""
    parts = []
    if device := detail.environment.get("device"):
        word = "trains" if detail.row.state in LIVE_STATES else "trained"
        parts.append(f"{word} on {device}")
    if precision := detail.environment.get("precision"):
        parts.append(str(precision))
    if detail.row.state not in LIVE_STATES:
        return parts
    _, process = detail.curves.get(_PROCESS, (None, None))
    if process is not None and process.size and math.isfinite(process[-1]):
        parts.append(f"the run takes {size_text(float(process[-1]) * 2**20)}")
    if hardware is not None:
        used, total = size_text(hardware.memory_used), size_text(hardware.memory_total)
        parts.append(f"processor {100 * hardware.processor:.0f} %")
        parts.append(f"memory {used} of {total}")
        if hardware.gpu_name:
            busy = f" {100 * hardware.gpu:.0f} %" if math.isfinite(hardware.gpu) else ""
            memory = f", {size_text(hardware.gpu_memory_used)} of {size_text(hardware.gpu_memory_total)}"
            parts.append(f"{hardware.gpu_name}{busy}{memory if hardware.gpu_memory_total else ''}")
    return parts
