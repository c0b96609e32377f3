"""How a preparation goes, and what it came to."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.datasets.orders import IN_WORDS, Outcome, Step
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import time_text

_SETTLED = 0.5  # seconds until a rate says something
_WIDTH = 560


class CoursePage(QWidget):
    """Progress, rate and time left while it works; counts by reason and what can be done next when it is over."""

    cancel_asked = Signal()
    again_asked = Signal()  # back to the form
    go_on_asked = Signal()  # after it was stopped
    way_chosen = Signal(str)  # look, check or train

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._stage, self._since, self._first = "", 0.0, 0
        self.heading, self.lines, self.bar = foreign_label(self), foreign_label(self), ProgressLine(self)
        self.heading.setProperty("role", "heading")
        for label in (self.heading, self.lines):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reasons = QLabel(self)
        self.reasons.setTextFormat(Qt.TextFormat.PlainText)
        self.reasons.setWordWrap(True)
        self.reasons.setProperty("role", "muted")
        self.cancel = IconButton("stop", "Cancel; what is done is kept", self, text="Cancel")
        self.again = IconButton("back", "Back to the sources and options", self, text="Back")
        self.go_on = IconButton("forward", "Go on from what is done", self, text="Go on")
        self.ways = {
            "look": IconButton("grid", "Look through the pictures", self, text="Look at them"),
            "check": IconButton("search", "Check them before training", self, text="Check"),
            "train": IconButton("play", "Train on these pictures", self, text="Train on it"),
        }
        self.ways["train"].setProperty("primary", True)
        self._lay_out()
        self.cancel.clicked.connect(self.cancel_asked)
        self.again.clicked.connect(self.again_asked)
        self.go_on.clicked.connect(self.go_on_asked)
        for name, button in self.ways.items():
            button.setObjectName(name)
            button.clicked.connect(self._on_way)

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join(filter(None, (self.heading.text(), self.lines.text(), self.reasons.text())))

    def begin(self) -> None:
        """Show that work begins."""
        self._stage, self._since, self._first = "", self._clock(), 0
        self.heading.setText("Preparing the pictures…")
        self.lines.setText("")
        self.reasons.setText("")
        self.bar.set_share(0)
        self.cancel.setText("Cancel")
        self.cancel.setToolTip("Cancel; what is done is kept")
        self._show(working=True, done=False)
        self.cancel.setFocus()

    def show_step(self, step: Step) -> None:
        """Show how far it is, how fast, and how long it will take."""
        if step.what != self._stage:
            self._stage, self._since, self._first = step.what, self._clock(), step.done
        spent, done = self._clock() - self._since, step.done - self._first
        rate = done / spent if spent > _SETTLED and done else 0.0
        told = f"{step.what[:1].upper()}{step.what[1:]}: {step.done:,}"
        told += f" of {step.total:,}" if step.total else ""
        parts = [told]
        if step.taken is not None:
            parts.append(f"{step.taken:,} taken, {step.left_out or 0:,} left out")
        if rate:
            left = time_text((step.total - step.done) / rate) if step.total else ""
            parts.append(f"{rate:,.0f} a second{f', {left} left' if left else ''}")
        self.lines.setText("\n".join(parts))
        self.bar.set_share(step.done / step.total if step.total else 0.0)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what it came to."""
        many = f"{outcome.taken:,} of {outcome.looked_at:,} pictures are taken"
        self.heading.setText(f"{many}." if not outcome.interrupted else f"Stopped: {many} so far.")
        known = outcome.looked_at - outcome.new
        new = f"{known:,} were known already." if known > 0 and not outcome.interrupted else ""
        self.lines.setText(new)
        left = sorted(outcome.left_out.items(), key=lambda pair: (-pair[1], pair[0]))
        lines = [f"{count:,}  {IN_WORDS.get(reason, reason)}" for reason, count in left if count]
        self.reasons.setText("\n".join(["Left out:", *lines]) if lines else "")
        self._end(done=outcome.taken > 0, stopped=outcome.interrupted)

    def show_stopping(self) -> None:
        """Show that it ends."""
        self.heading.setText("Cancelled: keeping what is done…")
        self.lines.setText("")
        self.cancel.setText("End at once")
        self.cancel.setToolTip("Do not wait; the next preparation goes on from what is on the disk")
        self.bar.hide()

    def show_stopped(self) -> None:
        """Show that it was cancelled."""
        self.heading.setText("Cancelled.")
        self.lines.setText("What was done is kept: Go on begins from there.")
        self._end(done=False, stopped=True)

    def show_failure(self, sentence: str) -> None:
        """Show why it did not work out."""
        self.heading.setText("The dataset could not be prepared.")
        self.lines.setText(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")
        self._end(done=False)

    def _end(self, *, done: bool, stopped: bool = False) -> None:
        self.bar.set_share(1.0 if done else 0.0)
        self._show(working=False, done=done, stopped=stopped)
        announce(self.heading, f"{self.heading.text()} {self.lines.text()}")
        (self.ways["look"] if done else self.again).setFocus()

    def _show(self, *, working: bool, done: bool, stopped: bool = False) -> None:
        self.cancel.setVisible(working)
        self.bar.setVisible(working)
        self.again.setVisible(not working)
        self.go_on.setVisible(stopped)
        for button in self.ways.values():
            button.setVisible(done)

    def _on_way(self) -> None:
        self.way_chosen.emit(self.sender().objectName())

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.cancel, self.again, self.go_on, *self.ways.values()):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inner = QWidget(self)
        inner.setObjectName("plain")
        within = QVBoxLayout(inner)
        within.setContentsMargins(0, 0, 0, 0)
        within.addWidget(self.reasons)
        within.addStretch(1)
        middle = QWidget(self)
        middle.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(12)
        column.addSpacing(24)
        for widget in (self.heading, self.bar, self.lines):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(scroll_area(inner, middle), 1)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
