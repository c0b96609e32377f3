"""What shall be evaluated: a checkpoint, pictures, metrics, and how."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QVBoxLayout, QWidget

from dinoexplorer.reports.questions import Question
from dinoexplorer.reports.subjects import Subject
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.decimal_field import DecimalField
from dinoexplorer.ui.outlook_line import OutlookLine
from dinoexplorer.ui.report.checkpoint_chooser import CheckpointChooser
from dinoexplorer.ui.report.evaluation_line import EvaluationLine
from dinoexplorer.ui.report.metric_list import MetricList
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import as_sentence
from dinoexplorer.ui.train.data_chooser import DataChooser

_SAMPLES, _MOST_SAMPLES = 2000, 100_000
_MOST_HELD_OUT = 0.5
LOOKING = "Looking at the checkpoint…"


class QuestionForm(QFrame):
    """Reads nothing from disk: what a checkpoint can be asked it is told by `set_subject`."""

    look_wanted = Signal()  # at what is chosen now
    start_wanted = Signal(object)  # Question
    cancel_wanted = Signal()
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.subject: Subject | None = None
        self._own_pictures = True  # those of the training, until others are chosen
        self._own_share = True
        self.working = False
        self.checkpoint, self.data = CheckpointChooser(self), DataChooser(self)
        self.metrics = MetricList(self)
        self.samples = DecimalField("Samples", 2, _MOST_SAMPLES, 500, self)
        self.samples.setToolTip("How many pictures are generated; more take longer and tell more exactly")
        self.share = DecimalField("Held-out share", 0, _MOST_HELD_OUT, 0.05, self)
        self.share.setToolTip("Of the pictures, kept from the training: the training's own share tells most")
        self.seed = DecimalField("Seed", 0, 2**31 - 1, 1, self)
        self.seed.setToolTip("Of everything random in the evaluation; the same seed gives the same numbers")
        self.samples.show_text(str(_SAMPLES))
        self.seed.show_text("0")
        self.start = IconButton("", "Evaluate", self, text="Evaluate")
        self.start.setProperty("primary", True)
        self.start.setToolTip("Evaluate (Ctrl+Return)")
        self.outlook = OutlookLine("What will be done", self.start, 2, self)
        self.line = EvaluationLine(self)
        self._lay_out()
        self.checkpoint.checkpoint_chosen.connect(self._on_checkpoint_chosen)
        self.data.source_chosen.connect(self._on_source_chosen)
        self.share.edited.connect(self._on_share_edited)
        for field in (self.samples, self.seed):
            field.edited.connect(self._show_state)
        self.metrics.changed.connect(self._show_state)
        self.metrics.told.connect(self.told)
        self.start.clicked.connect(self.begin)
        self.line.cancel.clicked.connect(self.cancel_wanted)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), parent or self, context=context).activated.connect(self.begin)
        self._show_state()

    @property
    def wanted(self) -> tuple[Path | None, str, float | None]:
        """Checkpoint, pictures (empty for its own) and held-out share (None for its own) as they are chosen."""
        return (
            self.checkpoint.path,
            "" if self._own_pictures else self.data.source,
            None if self._own_share else self.share.value,
        )

    def choose(self, path: Path) -> None:
        """Take another checkpoint, with the pictures of its training."""
        if path != self.checkpoint.path:
            self.checkpoint.choose(path)
            self._on_checkpoint_chosen()

    def choose_source(self, source: str) -> None:
        """Take other pictures."""
        self.data.choose(source)
        self._on_source_chosen()

    def set_subject(self, subject: Subject) -> None:
        """Show what the checkpoint can be asked."""
        self.subject = subject
        self.checkpoint.set_beside(subject.beside)
        if self._own_pictures and not subject.problem:
            self.data.choose(subject.trained_on)
        if self._own_share and not subject.problem:
            self.share.show_text(f"{subject.held_out:g}")
        self.metrics.set_offers(subject.offers)
        self._show_state()

    def set_working(self, working: bool) -> None:
        """Show that an evaluation is under way, or over."""
        self.working = working
        self.start.setVisible(not working)
        self.outlook.setVisible(not working)
        for widget in (self.checkpoint, self.data, self.samples, self.share, self.seed):
            widget.setEnabled(not working)
        self.metrics.set_frozen(working)
        self._show_state()

    def question(self) -> Question | None:
        """What would be evaluated; None where something is missing."""
        samples, share, seed = self.samples.value, self.share.value, self.seed.value
        if self._own_share and self.subject is not None:
            share = self.subject.held_out  # all digits of it
        if self.subject is None or self._problem() or samples is None or share is None or seed is None:
            return None
        return Question(
            self.subject.target, self.data.source, self.metrics.chosen, round(samples), share, round(seed)
        )  # fmt: skip

    @Slot()
    def begin(self) -> None:
        """Evaluate, where everything is there for it."""
        question = self.question()
        if question is not None and not self.working:
            self.start_wanted.emit(question)

    def _problem(self) -> str:
        subject = self.subject
        if self.checkpoint.path is None:
            return "Choose a checkpoint."
        if subject is None or subject.path != self.checkpoint.path:
            return LOOKING
        if subject.problem:
            return as_sentence(subject.problem)
        if self._own_pictures and not subject.trained_on:
            return "The pictures that it was trained on are not here: choose pictures to compare it with."
        typed = next((field.problem for field in (self.samples, self.share, self.seed) if field.problem), "")
        return typed or ("" if self.metrics.chosen else "Tick what to ask.")

    @Slot()
    def _show_state(self) -> None:
        problem = self._problem()
        for field in (self.samples, self.share, self.seed):
            field.set_wrong(bool(field.problem) and problem != LOOKING)
        count = len(self.metrics.chosen)
        held = self.share.value or 0.0
        text = f"{count} {'question' if count == 1 else 'questions'}, {100 * held:g} % of the pictures held out."
        self.outlook.say(problem or text, wrong=problem not in {"", LOOKING}, ready=not problem and not self.working)

    @Slot()
    def _on_checkpoint_chosen(self) -> None:
        self._own_pictures = self._own_share = True
        self._show_state()
        self.look_wanted.emit()

    @Slot()
    def _on_source_chosen(self) -> None:
        self._own_pictures = False
        self._show_state()
        self.look_wanted.emit()

    @Slot()
    def _on_share_edited(self) -> None:
        self._own_share = False
        self._show_state()
        if self.share.value is not None:
            self.look_wanted.emit()

    def _lay_out(self) -> None:
        rows = QFormLayout()
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for text, field in (
            ("Checkpoint", self.checkpoint), ("Pictures", self.data), ("Samples", self.samples),
            ("Held out", self.share), ("Seed", self.seed),
        ):  # fmt: skip
            label = QLabel(text, self)
            label.setContentsMargins(0, 6, 0, 0)
            label.setBuddy(field)
            rows.addRow(label, field)
        inner = QWidget(self)
        inner.setObjectName("plain")
        within = QVBoxLayout(inner)
        within.setContentsMargins(0, 0, 8, 0)
        within.setSpacing(14)
        within.addLayout(rows)
        within.addWidget(self.metrics)
        within.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 8, 12)
        column.setSpacing(8)
        column.addWidget(scroll_area(inner, self), 1)
        column.addWidget(self.line)
        column.addWidget(self.outlook)
        column.addWidget(self.start)
