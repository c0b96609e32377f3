"""Judged pictures in a grid, what they are sorted by, and the line from which they count as strange."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.latent.anomaly.ranking import Mark, Ranking
from dinoexplorer.latent.anomaly.strangeness import TOGETHER, Strangeness
from dinoexplorer.ui.anomaly.histogram import Histogram
from dinoexplorer.ui.anomaly.strange_view import StrangeView
from dinoexplorer.ui.elided_label import ElidedLabel
from dinoexplorer.ui.tab_row import TabRow
from dinoexplorer.ui.train.picture_store import PictureStore

if TYPE_CHECKING:
    from dinoexplorer.latent.anomaly.judging import Judge

_SHARE = 0.95  # of usual pictures lie below the line at first
_TABS = (
    (TOGETHER, "All together", "All three scores together (1)"),
    ("reconstruction", "Reconstruction", "How badly the model brings the picture back (2)"),
    ("features", "Features", "How far its features lie from those of usual pictures (3)"),
    ("density", "Density", "How unlikely its code is (4)"),
)
_NUMBERS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
_MARKS: dict[int, Mark] = {
    Qt.Key.Key_X: "strange",
    Qt.Key.Key_U: "usual",
    Qt.Key.Key_Delete: "",
    Qt.Key.Key_Backspace: "",
}


class StrangeBoard(QWidget):
    """Each score has a line of its own; marks of a person overrule all of them."""

    changed = Signal()  # what is strange, or selected
    looked_for = Signal(int)  # a picture of the ranking

    def __init__(self, store: PictureStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judge: Judge | None = None
        self._thresholds: dict[str, float] = {}
        self._figures = ElidedLabel(80, self)
        self._figures.setProperty("role", "small")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.tabs, self.view, self.histogram = TabRow(self), StrangeView(store, self), Histogram(self)
        for name, text, about in _TABS:
            button = self.tabs.add(name, text)
            button.setObjectName(name)
            button.setToolTip(about)
            button.clicked.connect(self._on_tab)
        self.tabs.mark(TOGETHER)
        self._lay_out()
        self.view.chosen_changed.connect(self.changed)
        self.view.current_changed.connect(self._on_current)
        self.histogram.moved.connect(self._set_threshold)
        self.histogram.reset_asked.connect(self._on_reset)

    @property
    def ranking(self) -> Ranking:
        """What was judged."""
        return self.view.strange.ranking

    @property
    def score(self) -> str:
        """What the pictures are sorted by."""
        return self.view.strange.score

    @property
    def threshold(self) -> float:
        """From where pictures count as strange, by the present score."""
        return self.view.strange.threshold

    @property
    def judge(self) -> Judge | None:
        """What knows usual pictures, once it does."""
        return self._judge

    @property
    def figures(self) -> str:
        """How many are strange."""
        return self._figures.text()

    def strange(self) -> list[Path]:
        """The files that count as strange, the strangest first."""
        return [self.ranking.files[number] for number in self.ranking.strange(self.score, self.threshold)]

    def clear(self) -> None:
        """Forget all that was judged."""
        self._judge, self._thresholds = None, {}
        self.view.strange.ranking, self.view.strange.threshold = Ranking(), np.inf
        self.view.follow()
        self._show_figures()

    def set_judge(self, judge: Judge) -> None:
        """Take over what is usual."""
        self._judge = judge
        self._set_threshold(self._usual_threshold())

    def add(self, rows: Iterable[tuple[Path, Strangeness]]) -> None:
        """Show some more pictures."""
        self.ranking.add(rows)
        self.view.follow()
        self._show_figures()

    def take_key(self, key: int) -> bool:
        """Do what a key stands for; False for those of others."""
        if key in _MARKS:
            self.mark(_MARKS[key])
        elif key in _NUMBERS:
            self.set_score(_TABS[_NUMBERS.index(Qt.Key(key))][0])
        else:
            return False
        return True

    def mark(self, mark: Mark) -> None:
        """Say what the selected pictures are."""
        self.ranking.mark(self.view.chosen().tolist(), mark)
        self.view.strange.tell_changes()
        self._show_figures()

    def set_score(self, score: str) -> None:
        """Sort by another score."""
        if self._judge is not None:
            self._thresholds[self.score] = self.threshold
        self.view.strange.score = score
        self.tabs.mark(score)
        self._set_threshold(self._thresholds.get(score, self._usual_threshold()))
        self.view.follow()
        self.view.verticalScrollBar().setValue(0)

    def _usual_threshold(self) -> float:
        return np.inf if self._judge is None else float(np.quantile(self._judge.usual(self.score), _SHARE))

    @Slot(float)
    def _set_threshold(self, threshold: float) -> None:
        self.view.strange.threshold = threshold
        self.view.strange.tell_changes()
        self._show_figures()

    @Slot()
    def _on_reset(self) -> None:
        self._set_threshold(self._usual_threshold())

    def _show_figures(self) -> None:
        judge, words = self._judge, ""
        usual = found = np.zeros(0)
        if judge is not None:
            usual, found = judge.usual(self.score), self.ranking.values(self.score)
            share = float(np.searchsorted(usual, self.threshold, side="right")) / len(usual)
            strange = len(self.ranking.strange(self.score, self.threshold))
            words = f"{strange:,} of {len(found):,} strange; line above {100 * share:.0f} % of usual ones"
        self._figures.show_text(words)
        self.histogram.show_values(usual, found, self.threshold, words)
        self.changed.emit()

    @Slot(int)
    def _on_current(self, picture: int) -> None:
        if picture >= 0:
            self.looked_for.emit(picture)

    @Slot()
    def _on_tab(self) -> None:
        self.set_score(self.sender().objectName())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addWidget(self._figures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.histogram)
