"""Many pictures that are brought in: how far it is, and what can be done with what was found."""

from __future__ import annotations

import time
from typing import Literal

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.embedding.batch_work import BatchResult, BatchStep
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import as_tool_tip, foreign_label
from dinoexplorer.ui.train.amounts import time_text

MOST_PINS = 100
_WIDEST, _EDGE = 640, 24
_SHOWN = 8  # files that could not be read


class BatchPanel(Overlay):
    """Escape ends it; the file keeps what was done, and a later run with the same file goes on."""

    stopped = Signal()
    pins_wanted = Signal()
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Bring in a folder")
        self.phase: Literal["working", "ended"] = "working"
        self._began = 0.0
        self._title, self._hint, self._said = (foreign_label(self.panel) for _ in range(3))
        self._title.setProperty("role", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setProperty("role", "muted")
        for label in (self._hint, self._said):
            label.setWordWrap(True)
        self.line = ProgressLine(self.panel)
        self.stop = IconButton("stop", "Stop", self.panel, text="Stop")
        self.stop.setToolTip("End it and keep what is done; another time it goes on from there")
        self.pins = IconButton("pin", "Keep as pins", self.panel, text="Keep as pins")
        self.close_button = IconButton("", "Close", self.panel, text="Close")
        self.close_button.setToolTip("Close (Esc)")
        self._lay_out()
        self.stop.clicked.connect(self.stopped)
        self.pins.clicked.connect(self.pins_wanted)
        self.close_button.clicked.connect(self.go_away)

    @property
    def sentence(self) -> str:
        """What is said at present."""
        return self._said.text()

    def wait_for(self, name: str, model: str, out: str) -> None:
        """Come up for a folder of this name."""
        self._title.setText(f"Bring in {name}")
        self._hint.setText(f"The place of each picture in {model} is searched for; all go into {out}.")
        self._began = time.monotonic()
        self.line.set_share(0)
        self._enter("working", "Looking for pictures…")
        self.come_up()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_step(self, step: BatchStep) -> None:
        """Show how many are done, how fast, and how long it takes still."""
        self.line.set_share(step.done / max(step.count, 1))
        parts = [f"{step.done:,} of {step.count:,} pictures"]
        seconds = time.monotonic() - self._began
        if step.done and seconds > 0:
            rate = step.done / seconds
            parts.append(f"{rate:.1f} a second" if rate >= 1 else f"{60 * rate:.1f} a minute")
            if left := time_text((step.count - step.done) / rate):
                parts.append(f"{left} left")
        self._said.setText("  ·  ".join(parts))

    @Slot(object)
    def show_found(self, result: BatchResult) -> None:
        """Show what it has ended with."""
        done = len(result.embedded)
        said = [f"{done:,} of {result.count:,} pictures are in {result.out}."]
        if done:
            said.append(f"PSNR {np.mean([one.psnr for one in result.embedded]):.1f} dB on average.")
        if len(result.unreadable) > 1:
            said.append(f"{len(result.unreadable):,} could not be read, the first of them:")
        said += [sentence for _, sentence in result.unreadable[:1]]
        if done > MOST_PINS:
            self.pins.setText(f"Keep the first {MOST_PINS} as pins")
        else:
            self.pins.setText("Keep as pins")
        self._said.setToolTip(as_tool_tip("\n".join(sentence for _, sentence in result.unreadable[:_SHOWN])))
        self._enter("ended", " ".join(said))
        self.pins.setVisible(done > 0)
        (self.pins if done else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, self.sentence)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say why it did not work."""
        self._enter("ended", sentence)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, sentence)

    def go_away(self) -> None:
        super().go_away()
        self.gone.emit()

    def place(self, room: QRect) -> QRect:
        width = min(_WIDEST, room.width() - 2 * _EDGE)
        height = min(self._column.totalHeightForWidth(width), room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 3, width, height)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside the panel ends nothing."""

    def _enter(self, phase: Literal["working", "ended"], sentence: str) -> None:
        self.phase = phase
        self._said.setText(sentence)
        self.stop.setVisible(phase == "working")
        self.close_button.setVisible(phase == "ended")
        self.pins.setVisible(False)
        self.line.setVisible(phase == "working")
        self.fit()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for button in (self.stop, self.pins, self.close_button):
            foot.addWidget(button)
        self._column = column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(10)
        for widget in (self._title, self._hint, self._said, self.line):
            column.addWidget(widget)
        column.addLayout(foot)
