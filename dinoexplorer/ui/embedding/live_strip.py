"""A search at the top of Explore: small pictures and what can be done, while the stage and the sliders are free."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.embedding import words
from dinoexplorer.ui.embedding.picture_box import ComparingBox, PictureBox
from dinoexplorer.ui.embedding.session import Progress
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import foreign_label

_SIDE = 64


class LiveStrip(QFrame):
    """Shows what `EmbeddingPanel` does, as little as it can."""

    stopped = Signal()
    went_on = Signal()
    taken = Signal()
    left = Signal()  # everything is to stay as it was
    large_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Search for a picture's place")
        self._title, self._said, self._figures = ElidedLabel(60, self), ElidedLabel(60, self), foreign_label(self)
        for label in (self._said, self._figures):
            label.setProperty("role", "small")
        self.seen, self.best = PictureBox("The picture", self), ComparingBox("The best picture so far", self)
        self.apart = ComparingBox("Where it differs", self)
        self.apart.show_difference(True)
        for box, about in (
            (self.seen, "The picture that is looked for"), (self.best, "The best so far, which is kept"),
            (self.apart, "Where the best is brighter or darker"),
        ):  # fmt: skip
            box.setFixedSize(_SIDE, _SIDE)
            box.setToolTip(about)
        self.line = ProgressLine(self)
        self.large = IconButton("fullscreen", "Back to the large panel", self)
        self.large.setToolTip("Back to the large panel (Esc); where we stood is shown again")
        self.cancel = IconButton("", "Cancel", self, text="Cancel")
        self.cancel.setToolTip("End the search; everything is as it was before")
        self.stop = IconButton("stop", "Stop", self, text="Stop")
        self.stop.setToolTip("End the search and keep the best so far")
        self.again = IconButton("play", "Go on", self, text="Go on")
        self.again.setToolTip("Search on, from where you moved to if you did")
        self.take = IconButton("", "Take it", self, text="Take it")
        self.take.setToolTip("Go to the best place so far and keep it as a pin")
        self.take.setProperty("primary", True)
        self._lay_out()
        self.stop.clicked.connect(self.stopped)
        self.again.clicked.connect(self.went_on)
        self.take.clicked.connect(self.taken)
        self.cancel.clicked.connect(self.left)
        self.large.clicked.connect(self.large_wanted)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said at present."""
        return self._said.text()

    def come_up(self, title: str, target: ByteArray) -> None:
        """Show a search for ``target``."""
        self._title.show_text(title)
        self.seen.show_picture(target)
        for box in (self.best, self.apart):
            box.compare_with(target)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """Show where the search stands."""
        self._show_best(progress)
        self._said.show_text(words.of_progress(progress))
        self._enter(searching=True)

    def show_found(self, progress: Progress) -> None:
        """Show what the search has ended with."""
        self._show_best(progress)
        end = words.of_end(progress)
        unfitted = "" if progress.reached.fitting is None else " The large picture is not fitted yet."
        self._said.show_text(f"{end}.{unfitted} Move a slider and go on, or take it.")
        self._enter(searching=False)
        announce(self._said, f"{end}: {self._figures.text()}")

    def tell(self, sentence: str) -> None:
        """Say what goes on, or why it did not."""
        self._said.show_text(sentence)
        announce(self._said, sentence)

    def _show_best(self, progress: Progress) -> None:
        for box in (self.best, self.apart):
            box.show_picture(progress.reached.picture)
        self._figures.setText(words.of_likeness(progress))
        self.line.set_share(words.share_done(progress))

    def _enter(self, *, searching: bool) -> None:
        if searching != self.stop.isVisibleTo(self):
            held = self.stop.hasFocus() or self.again.hasFocus()
            self.stop.setVisible(searching)
            self.again.setVisible(not searching)
            if held:
                (self.stop if searching else self.again).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._figures)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        for button in (self.cancel, self.stop, self.again, self.take, self.large):
            foot.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(4)
        for row in (head, foot):
            column.addLayout(row)
        column.addWidget(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        for box in (self.seen, self.best, self.apart):
            row.addWidget(box)
        row.addLayout(column, 1)
        self.again.hide()
