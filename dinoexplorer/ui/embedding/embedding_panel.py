"""A picture with the square that is taken of it, and beside it the best picture that a search has found so far."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.latent.inversion.alignment import Aligned
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.dataset.crop_view import CropView
from dinoexplorer.ui.embedding.embedding_work import Original, Progress
from dinoexplorer.ui.embedding.picture_box import PictureBox
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import time_text

_WIDEST, _EDGE, _GAP, _SIDES = 1240, 24, 12, 32
_AROUND = 172  # what stands above and below the pictures
_HINT = "Move the square to the part that matters. The search finds the place whose picture is most like it."
Phase = Literal["failed", "reading", "cutting", "ready", "searching", "found"]


class EmbeddingPanel(Overlay):
    """Asks for the part that matters, shows the search, and offers what it has found."""

    cropped = Signal(object)  # Box
    started = Signal()
    stopped = Signal()
    taken = Signal()
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Bring in a picture")
        self.phase: Phase = "reading"
        self._title, self._hint, self._said, self._figures = (foreign_label(self.panel) for _ in range(4))
        self._seen_name, self._found_name = foreign_label(self.panel), foreign_label(self.panel)
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        for label in (self._said, self._figures, self._seen_name, self._found_name):
            label.setProperty("role", "small")
        self._said.setWordWrap(True)
        for label in (self._title, self._hint, self._said, self._seen_name):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.crop = CropView(self.panel)
        self.seen = PictureBox("What the model sees", self.panel)
        self.best = PictureBox("The best picture so far", self.panel)
        self.line = ProgressLine(self.panel)
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc); everything stays as it was")
        self.cancel = IconButton("", "Cancel", self.panel, text="Cancel")
        self.cancel.setToolTip("End the search (Esc); everything stays as it was")
        self.start = IconButton("", "Start", self.panel, text="Start")
        self.start.setToolTip("Search for this part (Return)")
        self.stop = IconButton("stop", "Stop", self.panel, text="Stop")
        self.stop.setToolTip("End the search and keep the best so far")
        self.take = IconButton("", "Take it", self.panel, text="Take it")
        self.take.setToolTip("Go to the best place so far and keep it as a pin (Return)")
        for button in (self.start, self.take):
            button.setProperty("primary", True)
        self._lay_out()
        self.crop.cropped.connect(self._on_cropped)
        self.start.clicked.connect(self.started)
        self.stop.clicked.connect(self.stopped)
        self.take.clicked.connect(self.taken)
        for button in (self.cancel, self.close_button):
            button.clicked.connect(self.go_away)

    @property
    def sentence(self) -> str:
        """What is said below the pictures."""
        return self._said.text()

    @property
    def figures(self) -> str:
        """How near the best picture is."""
        return self._figures.text()

    def wait_for(self, name: str, model: str) -> None:
        """Come up for a picture that is being read."""
        self._title.setText(f"Bring in {name}")
        self._hint.setText(_HINT)
        self._seen_name.setText(f"As {model} sees it")
        self.crop.show_text("")
        self.seen.show_picture(None)
        self._forget()
        self._enter("reading", "Reading the picture…")
        self.come_up()
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_original(self, original: Original) -> None:
        """Show the picture, ready to be cut and searched for."""
        aligned = original.aligned
        self.crop.show_original(original.image, QSize(aligned.width, aligned.height), aligned.crop)
        self.show_cut(aligned)
        self.crop.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_cut(self, aligned: Aligned) -> None:
        """Show what the model sees now, ready to be searched for."""
        self.seen.show_picture(aligned.pixels)
        self._enter("ready", " ".join(aligned.remarks))

    def wait_for_search(self) -> None:
        """Say that the search has begun."""
        self._forget()
        self._enter("searching", "Looking for where to start…")
        self.best.show_picture(None, "Searching…")

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show where the search stands."""
        state = progress.state
        self._show_best(progress)
        parts = [f"Step {state.step} of {state.steps}"]
        if state.rate > 0:
            parts.append(f"{state.rate:.0f} steps/s" if state.rate >= 10 else f"{state.rate:.1f} steps/s")
        if state.seconds_left is not None and (left := time_text(state.seconds_left)):
            parts.append(f"{left} left")
        self._said.setText("  ·  ".join([*parts, f"from {state.start}"]))

    @Slot(object)
    def show_found(self, progress: Progress) -> None:
        """Show what the search has ended with."""
        state = progress.state
        self._show_best(progress)
        way = f"from {state.start}, in {time_text(state.seconds)}"
        said = f"Done after {state.steps} steps" if state.done else f"Stopped at step {state.step} of {state.steps}"
        self._enter("found", f"{said}, {way}. Take it, or move the square and search anew.")
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, f"{said}: {self.figures}")

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say why it did not work; where the picture was read, the search can be tried again."""
        self._forget()
        self._enter("failed" if self.phase in {"reading", "cutting", "failed"} else "ready", sentence)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._said, sentence)

    def go_away(self) -> None:
        super().go_away()
        self.gone.emit()

    def place(self, room: QRect) -> QRect:
        width = min(_WIDEST, room.width() - 2 * _EDGE)
        height = min((width - _SIDES - 2 * _GAP) // 3 + _AROUND, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what is next."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            for button in (self.start, self.take):
                if button.isVisible():
                    button.click()
                    return
        super().keyPressEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside the panel loses no search."""

    def _show_best(self, progress: Progress) -> None:
        self.best.show_picture(progress.state.best_picture)
        self._figures.setText(f"PSNR {progress.state.best_psnr:.1f} dB  ·  SSIM {progress.ssim:.3f}")
        self.line.set_share(progress.state.step / max(progress.state.steps, 1))
        self.take.setEnabled(True)

    def _forget(self) -> None:
        """Nothing has been found yet."""
        self.best.show_picture(None, "Nothing found yet")
        self._figures.setText("")
        self.line.set_share(0.0)
        self.take.setEnabled(False)

    def _enter(self, phase: Phase, sentence: str) -> None:
        self.phase = phase
        self._said.setText(sentence)
        searching = phase == "searching"
        self.stop.setVisible(searching)
        if searching:
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self.take.setVisible(phase in {"searching", "found"})
        self.start.setVisible(phase not in {"searching", "found"})
        self.start.setEnabled(phase == "ready")
        self.crop.setEnabled(phase in {"cutting", "ready", "found"})
        self.line.setVisible(searching)

    @Slot(object)
    def _on_cropped(self, crop: object) -> None:
        self._forget()
        self._enter("cutting", "")
        self.cropped.emit(crop)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        original = foreign_label(self.panel)
        original.setText("The picture")
        original.setProperty("role", "small")
        self._found_name.setText("Found")
        over_best = QHBoxLayout()
        over_best.addWidget(self._found_name)
        over_best.addStretch(1)
        over_best.addWidget(self._figures)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(4)
        grid.addWidget(original, 0, 0)
        grid.addWidget(self._seen_name, 0, 1)
        grid.addLayout(over_best, 0, 2)
        for column, widget in enumerate((self.crop, self.seen, self.best)):
            grid.addWidget(widget, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        for button in (self.cancel, self.stop, self.start, self.take):
            foot.addWidget(button)
        room = self.line.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.line.setSizePolicy(room)
        column_box = QVBoxLayout(self.panel)
        column_box.setContentsMargins(16, 12, 16, 16)
        column_box.setSpacing(10)
        column_box.addLayout(head)
        column_box.addWidget(self._hint)
        column_box.addLayout(grid, 1)
        column_box.addWidget(self.line)
        column_box.addLayout(foot)
