"""How far an evaluation is, how fast it goes and how long it will take, with a way to end it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.datasets.orders import Step
from dinoexplorer.reports.questions import Asked
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import time_text

_SETTLED = 0.5  # seconds until a rate says something


class EvaluationLine(QWidget):
    """The metric, the step within it, a bar over all metrics, and Cancel."""

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._clock = clock
        self._asked: Asked | None = None
        self._what, self._since, self._first = "", 0.0, 0
        self.said, self.detail, self.bar = foreign_label(self), foreign_label(self), ProgressLine(self)
        self.detail.setProperty("role", "small")
        for label in (self.said, self.detail):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setWordWrap(True)
        self.cancel = IconButton("stop", "Cancel; finished metrics are kept", self, text="Cancel")
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.detail)
        self.rest("")

    def begin(self) -> None:
        """Show that it begins."""
        self._asked, self._what = None, ""
        self.said.setText("Opening checkpoint and pictures…")
        self.detail.setText("")
        self.bar.set_share(0)
        self._show(working=True)

    def show_asked(self, asked: Asked) -> None:
        """Show which metric is asked now."""
        self._asked, self._what = asked, ""
        self.said.setText(f"{asked.title} ({asked.number} of {asked.count})…")
        self.detail.setText("")
        self.bar.set_share((asked.number - 1) / asked.count)

    def show_step(self, step: Step) -> None:
        """Show how far that one is."""
        if step.what != self._what:
            self._what, self._since, self._first = step.what, self._clock(), step.done
        spent, done = self._clock() - self._since, step.done - self._first
        rate = done / spent if spent > _SETTLED and done else 0.0
        parts = [f"{step.what[:1].upper()}{step.what[1:]}"]
        if step.total > 1:
            parts.append(f"{step.done:,} of {step.total:,}")
        if rate:
            parts.append(f"{rate:,.0f} a second" if rate >= 1 else f"one in {1 / rate:.0f} s")
            left = time_text((step.total - step.done) / rate) if step.done < step.total else ""
            parts += [f"{left} left"] if left else []
        self.detail.setText("  ·  ".join(parts))
        within = step.done / step.total if step.total else 0.0
        if self._asked is not None:
            self.bar.set_share((self._asked.number - 1 + within) / self._asked.count)

    def rest(self, sentence: str) -> None:
        """Show that nothing is under way, and what came of it."""
        self.said.setText(sentence)
        self.detail.setText("")
        self._show(working=False)
        announce(self.said, sentence)

    def _show(self, *, working: bool) -> None:
        self.setVisible(working or bool(self.said.text()))
        for widget in (self.bar, self.detail, self.cancel):
            widget.setVisible(working)
