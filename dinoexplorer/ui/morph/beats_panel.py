"""What keyframes are set to: beats or onsets, and which of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.music_edits import NEAREST, Grid
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.decimal_field import DecimalField
from dinoexplorer.ui.morph.export_choice import Choice, ExportChoice
from dinoexplorer.ui.morph.time_scale import figure
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.text_control import HEIGHT

_BEATS, _ONSETS = "beats", "onsets"
_EVERY = (
    Choice(str(NEAREST), "the nearest, each"), Choice("1", "every one, in turn"), Choice("2", "every 2nd, in turn"),
    Choice("4", "every 4th, in turn"), Choice("8", "every 8th, in turn"), Choice("16", "every 16th, in turn"),
)  # fmt: skip
_NO_SOUND = "There is no sound under the film; choose one first (Alt+M)."
_NO_ONSETS = "Nothing begins in this sound."
_NO_BEATS = "No steady beat was heard in this sound; type its beats a minute."
_WIDTH, _HEIGHT = 420, 284
_USUAL = Beats(120.0)
Attempt = Callable[[Grid], Timeline]


class BeatsPanel(Overlay):
    """Says what would come of it; Return does it, Escape puts the panel away."""

    chosen = Signal(object)  # Grid

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Set keyframes to beats")
        self._attempt: Attempt | None = None
        self._before = 0.0
        self._heard: Beats | None = None
        self.kind = ExportChoice("What keyframes are set to", (Choice(_BEATS, "Beats"),), self.panel)
        self.rate = DecimalField("Beats a minute", 20, 400, 1.0, self.panel)
        self.estimate = IconButton("again", "Take those of the sound", self.panel, text="From the sound")
        self.offset = DecimalField("Second of the first beat", -3600, 3600, 0.05, self.panel)
        self.every = ExportChoice("Which beats keyframes come to", _EVERY, self.panel)
        self.said = foreign_label(self.panel)
        self.apply = IconButton("", "Set keyframes", self.panel, text="Set keyframes")
        self._lay_out()
        for choice in (self.kind, self.every):
            choice.edited.connect(self._follow)
        for field in (self.rate, self.offset):
            field.edited.connect(self._follow)
        self.estimate.clicked.connect(self._on_estimate)
        self.apply.clicked.connect(self._on_apply)

    @property
    def grid(self) -> Grid | None:
        """What is chosen; None where a number is missing."""
        every = int(self.every.present)
        if self.kind.present == _ONSETS:
            return Grid(None, every)
        rate, offset = self.rate.value, self.offset.value
        return None if rate is None or offset is None else Grid(Beats(rate, offset), every)

    def show_for(
        self, seconds: float, beats: Beats | None, heard: Beats | None, onsets: int | None, attempt: Attempt
    ) -> None:
        """Come up for a film of some seconds.

        ``beats`` are those that it keeps to, ``heard`` those of its sound, in seconds of the film; ``onsets`` says how
        many there are, None without a sound. ``attempt`` makes the timeline that would come of a choice.
        """
        self._before, self._heard, self._attempt = seconds, heard, attempt
        self.kind.set_choices(
            (Choice(_BEATS, "Beats"), Choice(_ONSETS, "Onsets of the sound", _NO_SOUND if onsets is None else
             "" if onsets else _NO_ONSETS))
        )  # fmt: skip
        if self.kind.why_not:
            self.kind.choose(_BEATS)
        self._show_beats(beats or heard or _USUAL)
        self.estimate.setEnabled(heard is not None)
        why_not = _NO_SOUND if onsets is None else _NO_BEATS
        self.estimate.setToolTip("Take the beats that were heard in the sound" if heard is not None else why_not)
        self._follow()
        self.come_up()
        self.rate.setFocus(Qt.FocusReason.TabFocusReason)

    def refuse(self, sentence: str) -> None:
        """Say why it was not done."""
        self._say(sentence, wrong=True)

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDTH, room.width() - 32), min(_HEIGHT, room.height() - 32)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.apply.click()
        else:
            super().keyPressEvent(event)

    def _show_beats(self, beats: Beats) -> None:
        self.rate.show_text(f"{beats.rate * beats.parts:.6g}")
        self.offset.show_text(f"{beats.offset:.4g}")

    @Slot()
    def _follow(self) -> None:
        """Say what comes of what is chosen."""
        of_beats = self.kind.present == _BEATS
        for widget in (self.rate, self.offset):
            widget.setEnabled(of_beats)
            widget.set_wrong(of_beats and bool(widget.problem))
        self.estimate.setEnabled(of_beats and self._heard is not None)
        grid = self.grid
        if grid is None or self._attempt is None:
            self._say(next((field.problem for field in (self.rate, self.offset) if field.problem), ""), wrong=True)
            return
        try:
            after = self._attempt(grid).seconds
        except GeneratorError as error:
            self._say(str(error), wrong=True)
        else:
            self._say(f"The film takes {figure(after)} s; now it is {figure(self._before)} s.", wrong=False)

    def _say(self, text: str, *, wrong: bool) -> None:
        self.said.setText(text)
        self.said.setProperty("role", "problem" if wrong else "muted")
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.apply.setEnabled(not wrong)
        self.apply.setAccessibleDescription(text)

    @Slot()
    def _on_estimate(self) -> None:
        if self._heard is not None:
            self._show_beats(self._heard)
            self._follow()

    @Slot()
    def _on_apply(self) -> None:
        if self.grid is not None:
            self.chosen.emit(self.grid)

    def _lay_out(self) -> None:
        title = QLabel("Set keyframes to beats", self.panel)
        title.setProperty("role", "title")
        rows = QFormLayout()
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for text, fields in (
            ("Set to", (self.kind,)),
            ("Beats a minute", (self.rate, self.estimate)),
            ("First beat at", (self.offset, QLabel("s", self.panel))),
            ("Keyframes on", (self.every,)),
        ):
            label = QLabel(text, self.panel)
            label.setMinimumHeight(HEIGHT + 2)
            rows.addRow(label, _row(*fields))
        self.said.setWordWrap(True)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.apply.setProperty("primary", True)
        self.apply.setMinimumHeight(36)
        self.apply.setToolTip("Set keyframes (Return)")
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.apply)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addLayout(rows)
        column.addStretch()
        column.addLayout(foot)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
