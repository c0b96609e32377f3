"""Pictures sorted by strangeness, one of them in large, and the line from which they count as strange."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.anomaly.anomaly_work import Judged, Learnt, Look, Stage
from dinoexplorer.ui.anomaly.detail_column import DetailColumn
from dinoexplorer.ui.anomaly.strange_board import StrangeBoard
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import as_sentence, foreign_label
from dinoexplorer.ui.train.amounts import rate_text, time_text
from dinoexplorer.ui.train.choice_control import plain
from dinoexplorer.ui.train.picture_store import PictureStore
from dinoexplorer.ui.work_panel import WorkPanel

_LARGEST, _DETAIL = QSize(1640, 1080), 300
_START = "Choose a folder of pictures, or drop it here. The model that is open says which of them are strange to it."


class AnomalyPanel(WorkPanel):
    """Shows what was judged so far, and asks for what comes next; the model is the owner's business."""

    cancelled = Signal()
    looked_for = Signal(int)  # a picture of the ranking

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Strange pictures", _LARGEST)
        self._unreadable: list[tuple[Path, str]] = []
        self._progress: Judged | None = None
        self.store = PictureStore(self)
        self._title, self._about = foreign_label(self.panel), ElidedLabel(80, self.panel)
        self._title.setText("Strange pictures")
        self._title.setProperty("role", "title")
        self._about.setProperty("role", "muted")
        self._empty, self._hint = QWidget(self.panel), foreign_label(self.panel)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self._said = foreign_label(self.panel)
        self._said.setProperty("role", "small")
        self._said.setWordWrap(True)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.pictures = _menu("Pictures", "Which pictures are judged", self.panel)
        self.usual = _menu("Usual pictures", "What is usual: pictures that the model was not trained on", self.panel)
        self.marks = _menu("Mark as", "Say what the selected pictures are, whatever the model thinks", self.panel)
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc); what was judged stays")
        self.board, self.detail = StrangeBoard(self.store, self.panel), DetailColumn(self.panel)
        self.line = ProgressLine(self.panel)
        self.choose = IconButton("open", "Choose a folder", self.panel, text="Choose a folder…")
        self.choose.setProperty("primary", True)
        self.choose.setToolTip("Choose a folder of pictures to judge (Ctrl+O)")
        self.cancel = IconButton("stop", "Cancel", self.panel, text="Cancel")
        self.cancel.setToolTip("Stop; what was judged so far stays")
        self.copy = IconButton("copy", "Copy the strange ones to a folder", self.panel, text="Copy the strange ones…")
        self.copy.setToolTip("Copy those above the line and those marked as strange to a folder (Ctrl+C)")
        self.save = IconButton("save", "Save the table", self.panel, text="Save table…")
        self.save.setToolTip("Save all pictures with their scores as a table, CSV (Ctrl+S)")
        keys = QKeySequence.StandardKey
        self.set_keys({keys.Open: self.choose.click, keys.Copy: self.copy.click, keys.Save: self.save.click})
        self._lay_out()
        self._connect()
        self.clear(_START)

    @property
    def sentence(self) -> str:
        """What is said below the pictures."""
        return self._said.text()

    @property
    def hint(self) -> str:
        """What is said where there are no pictures yet."""
        return self._hint.text()

    def clear(self, sentence: str) -> None:
        """Show nothing but a sentence."""
        self._progress, self._unreadable = None, []
        self.board.clear()
        self.detail.clear()
        self._about.show_text("")
        self.line.set_share(0.0)
        self.set_working(working=False)
        self.tell("")
        self._hint.setText(sentence)
        announce(self._hint, sentence)

    def wait_for(self, about: str) -> None:
        """Come up for pictures that are about to be judged."""
        self.clear("Looking for pictures…")
        self._about.show_text(about)
        self.set_working(working=True)
        self.cancel.setFocus()

    @Slot(object)
    def show_stage(self, stage: Stage) -> None:
        """Show what is done before anything is judged."""
        parts = [stage.text]
        parts += [f"{stage.done:,} of {stage.total:,}"] if stage.total else []
        if stage.rate:
            left = time_text((stage.total - stage.done) / stage.rate)
            parts += [rate_text(stage.rate, "pictures"), f"{left} left"]
        self._said.setText("  ·  ".join(parts))
        self._hint.setText(stage.text)
        self.line.set_share(stage.done / max(stage.total, 1))

    @Slot(object)
    def show_learnt(self, learnt: Learnt) -> None:
        """Take over what is usual."""
        self.board.set_judge(learnt.judge)
        self._said.setText(f"Judging {learnt.total:,} pictures…")

    @Slot(object)
    def show_judged(self, judged: Judged) -> None:
        """Show some more pictures."""
        self._progress = judged
        self._unreadable += judged.unreadable
        self.board.add(judged.rows)
        if self.board.isHidden() and len(self.board.ranking):
            first = self.cancel.hasFocus()
            self.set_working(working=True)
            if first:
                self.board.view.setFocus()
        left = time_text((judged.total - judged.done) / judged.rate)
        parts = (f"{judged.done:,} of {judged.total:,}", rate_text(judged.rate, "pictures"), f"{left} left")
        self._said.setText("  ·  ".join(parts))
        self.line.set_share(judged.done / max(judged.total, 1))

    @Slot(object)
    def show_look(self, look: Look) -> None:
        """Show a picture in large, where it is still the one that is wanted; its words come with it."""
        picture = self.board.view.current()
        if picture >= 0 and self.board.ranking.files[picture] == look.path:
            self._show_words(picture)
            self.detail.show_look(look)

    @Slot(str)
    def show_no_look(self, sentence: str) -> None:
        """Say why the picture cannot be shown."""
        if self.board.view.current() >= 0:
            self._show_words(self.board.view.current())
            self.detail.tell(sentence)

    def _show_words(self, picture: int) -> None:
        ranking, judge = self.board.ranking, self.board.judge
        if judge is not None:
            self.detail.show_figures(ranking.files[picture].name, ranking.found[picture], judge.against)

    def show_end(self) -> None:
        """Say that all is judged, or how far it came."""
        self.set_working(working=False)
        progress = self._progress
        if progress is None:
            self._hint.setText(_START)
            self.tell("Stopped before any picture was judged.")
            return
        if self.board.view.current() < 0 and not self.board.view.verticalScrollBar().value():
            self.board.view.setCurrentIndex(self.board.view.strange.index(0, 0))
        count, bad = len(self.board.ranking), self._unreadable
        said = f"{count:,} pictures judged"
        if progress.done < progress.total:
            said = f"Stopped after {progress.done:,} of {progress.total:,}"
        if bad:
            said += f"; {len(bad):,} could not be read, such as this: {bad[0][1]}"
        self.tell(said)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say something below the pictures."""
        text = as_sentence(sentence)
        self._said.setText(text)
        announce(self._said, text)

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Say why it did not work; what was judged stays."""
        self.set_working(working=False)
        if not len(self.board.ranking):
            self._hint.setText(_START)
        self.tell(sentence)

    def set_working(self, *, working: bool) -> None:
        """Show whether something is under way."""
        held = self.cancel.hasFocus()
        self.cancel.setVisible(working)
        self.line.setVisible(working)
        any_there = len(self.board.ranking) > 0
        self.board.setVisible(any_there)
        self.detail.setVisible(any_there)
        self._empty.setVisible(not any_there)
        self.choose.setVisible(not working)
        if held and not working:
            (self.board.view if any_there else self.choose).setFocus()
        self._on_changed()

    def place(self, room: QRect) -> QRect:
        place = super().place(room)
        self.detail.setFixedWidth(max(_DETAIL, round(0.3 * place.width())))
        return place

    def take_key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_H:
            self.detail.heat.toggle()
            return True
        return self.board.take_key(key)

    @Slot()
    def _on_changed(self) -> None:
        """Offer what can be done with what is strange and selected now."""
        self.marks.setEnabled(self.board.view.selectionModel().hasSelection())
        strange = self.board.ranking.strange(self.board.score, self.board.threshold)
        self.copy.setEnabled(len(strange) > 0 and self.cancel.isHidden())  # one thing after the other
        self.save.setEnabled(len(self.board.ranking) > 0)

    @Slot(QAction)
    def _on_mark(self, action: QAction) -> None:
        self.board.mark(action.data())

    def _connect(self) -> None:
        for text, mark in (("Strange\tX", "strange"), ("Usual\tU", "usual"), ("Nothing\tDel", "")):
            action = self.marks.choices().addAction(text)
            action.setData(mark)
        self.marks.choices().triggered.connect(self._on_mark)
        self.board.changed.connect(self._on_changed)
        self.board.looked_for.connect(self.looked_for)
        self.cancel.clicked.connect(self.cancelled)
        self.close_button.clicked.connect(self.go_away)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._about, 1)
        for button in (self.pictures, self.usual, self.close_button):
            head.addWidget(button)
        empty = QVBoxLayout(self._empty)
        empty.addStretch(2)
        empty.addWidget(self._hint)
        empty.addSpacing(8)
        empty.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        empty.addStretch(3)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.board, 1)
        body.addWidget(self._empty, 1)
        body.addWidget(self.detail)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        for button in (self.cancel, self.marks, self.copy, self.save):
            foot.addWidget(button)
        self.line.keep_room()
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(body, 1)
        column.addWidget(self.line)
        column.addLayout(foot)


def _menu(text: str, about: str, parent: QWidget) -> MenuButton:
    button = MenuButton("", text, parent)
    plain(button)
    button.setText(text)
    button.setToolTip(about)
    return button
