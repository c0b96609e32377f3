"""What a run will take: steps, size, time with what that is based on, memory and disk against what is free."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.runs.views import Estimate
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import count_text, size_text, time_text
from dinoexplorer.ui.train.note_lines import NoteLines
from dinoexplorer.ui.train.share_bar import TIGHT, ShareBar

_UNKNOWN = "not known"
_ROWS = ("length", "model", "time", "memory", "disk")
_TITLES = {"length": "Length", "model": "Model", "time": "Time", "memory": "Memory", "disk": "Disk"}


class EstimateView(QFrame):
    """A card with one line for each thing that is taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("What the run will take")
        self._values = {name: foreign_label(self) for name in _ROWS}
        self._bars = {name: ShareBar(self) for name in ("memory", "disk")}
        self._basis, self._state = foreign_label(self), foreign_label(self)
        self.notes = NoteLines(self)
        self._estimate: Estimate | None = None
        self._runs, self._remark = 1, ""
        self._lay_out()
        self.set_waiting()

    @property
    def estimate(self) -> Estimate | None:
        """What is shown, if anything is."""
        return self._estimate

    def text(self, name: str) -> str:
        """What stands at `length`, `model`, `time`, `memory` or `disk`."""
        return self._values[name].text()

    def set_waiting(self) -> None:
        """Say that it is being worked out; the old figures stay until the new ones are there."""
        self._state.setText("Working it out…")
        self._state.show()

    def set_nothing(self, reason: str) -> None:
        """Say why there is no estimate."""
        self._estimate = None
        self._state.setText(reason)
        self._state.show()
        self._show()

    def set_estimate(self, estimate: Estimate) -> None:
        """Show an estimate."""
        self._estimate = estimate
        self._state.hide()
        self._show()

    @property
    def runs(self) -> int:
        """How many runs the time and the disk are meant for."""
        return self._runs

    def set_runs(self, runs: int, remark: str = "") -> None:
        """Show the time and disk of so many runs, with a remark on what that is based on."""
        if (runs, remark) != (self._runs, self._remark):
            self._runs, self._remark = runs, remark
            self._show()

    def _show(self) -> None:
        estimate = self._estimate
        for name in _ROWS:
            self._values[name].setText("–" if estimate is None else _UNKNOWN)
        for bar in self._bars.values():
            bar.setVisible(estimate is not None)
        self._basis.setText("")
        self._basis.setVisible(estimate is not None and bool(estimate.basis or self._remark))
        if estimate is None:
            self.notes.set_notes((), ())
            return
        each = " each" if self._runs > 1 else ""
        warnings = list(estimate.warnings)
        if estimate.steps:
            self._values["length"].setText(f"{estimate.steps:,} steps, {count_text(estimate.images)} images{each}")
        if estimate.parameters:
            self._values["model"].setText(f"{count_text(estimate.parameters)} parameters")
        if spent := time_text(estimate.seconds * self._runs):
            runs = f", {self._runs} runs one after the other" if self._runs > 1 else ""
            self._values["time"].setText(f"about {spent} on {_device(estimate.device)}{runs}")
        basis = estimate.basis[:1].upper() + estimate.basis[1:]
        basis += "." if basis and not basis.endswith(".") else ""
        self._basis.setText(" ".join(part for part in (basis, self._remark) if part))
        disk = estimate.disk_bytes * self._runs
        self._show_share("memory", estimate.memory_bytes, estimate.free_memory_bytes)
        self._show_share("disk", disk, estimate.free_disk_bytes)
        if self._runs > 1 and estimate.disk_bytes < estimate.free_disk_bytes <= disk:
            warnings.append(f"The {self._runs} runs together need more disk space than is free; free some first.")
        self.notes.set_notes((), warnings)

    def _show_share(self, name: str, taken: int, free: int) -> None:
        share = taken / free if free > 0 else 0.0
        self._bars[name].set_share(share)
        self._bars[name].setVisible(taken > 0 and free > 0)
        if taken > 0:
            tight = " (more than is free)" if share > 1 else " (nearly all)" if share >= TIGHT else ""
            of = f" of {size_text(free)} free{tight}" if free > 0 else ""
            self._values[name].setText(f"{size_text(taken)}{of}")

    def _lay_out(self) -> None:
        title = QLabel("What it takes", self)
        title.setProperty("role", "heading")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        row = 0
        for name in _ROWS:
            label = QLabel(_TITLES[name], self)
            label.setProperty("role", "muted")
            value = self._values[name]
            value.setWordWrap(True)
            value.setAccessibleName(_TITLES[name])
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            below: QWidget | None = self._basis if name == "time" else self._bars.get(name)
            if below is not None:
                grid.addWidget(below, row + 1, 1)
            row += 2
        for label in (self._basis, self._state):
            label.setWordWrap(True)
            label.setProperty("role", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self._state)
        column.addLayout(grid)
        column.addWidget(self.notes)


def _device(name: str) -> str:
    return {"cpu": "the CPU", "mps": "the GPU (Metal)"}.get(name, name) or "this machine"
