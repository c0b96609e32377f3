"""The directions that were found last, to be kept or discarded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Direction
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.directions.candidate_card import CandidateCard
from dinoexplorer.ui.icon_button import IconButton

_A_TURN = 3  # cards that are made before the window may do something else


class CandidateList(QWidget):
    """Hidden while there are none."""

    kept = Signal(object)  # tuple[Direction, ...]
    stepped = Signal(object, float)  # Direction, deviations from here

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnailer = thumbnailer
        self._cards: list[CandidateCard] = []
        self._waiting: deque[tuple[int, Direction]] = deque()  # to be given a card in one of the next turns
        self._code: FloatArray | None = None
        self._growth = QTimer(self, interval=0, singleShot=True)
        self._growth.timeout.connect(self._grow)
        self._heading = QLabel(self)
        self._heading.setProperty("role", "heading")
        self.keep_all = IconButton("", "Keep all that were found", self, text="Keep all")
        self.discard_all = IconButton("", "Discard all that were found", self, text="Discard all")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._heading, 1)
        for button in (self.keep_all, self.discard_all):
            button.setProperty("quiet", True)
            head.addWidget(button)
        self.keep_all.clicked.connect(self._on_keep_all)
        self.discard_all.clicked.connect(self.clear)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 6)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self.hide()

    def cards(self) -> list[CandidateCard]:
        """From the first to the last."""
        return list(self._cards)

    def show_found(self, directions: Iterable[Direction], code: FloatArray) -> None:
        """Offer these instead of those that are left of an earlier search."""
        self.clear()
        self._code = code
        self._waiting.extend(enumerate(directions))
        self._grow()

    def show_around(self, code: FloatArray) -> None:
        """Show the pictures around ``code``."""
        self._code = code
        for card in self._cards:
            card.show_around(code)

    @Slot()
    def clear(self) -> None:
        """Offer nothing."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards.clear()
        self._waiting.clear()
        self._follow()

    @Slot()
    def _grow(self) -> None:
        """Make a few cards, the others in the next turns."""
        for _ in range(min(_A_TURN, len(self._waiting))):
            number, direction = self._waiting.popleft()
            card = CandidateCard(direction, number, self._thumbnailer, self)
            card.kept.connect(self._on_kept)
            card.discarded.connect(self._on_discarded)
            card.stepped.connect(self._on_stepped)
            if self._code is not None:
                card.show_around(self._code)
            self._cards.append(card)
            self._column.addWidget(card)
        if self._waiting:
            self._growth.start()
        self._follow()

    def _follow(self) -> None:
        self._heading.setText(f"Found {len(self._cards) + len(self._waiting)}")
        if not self._cards and self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.window().setFocus()
        self.setVisible(bool(self._cards))

    def _card(self, number: int) -> CandidateCard:
        return next(card for card in self._cards if card.number == number)

    def _drop(self, card: CandidateCard) -> None:
        place = self._cards.index(card)
        self._cards.remove(card)
        if self._cards:  # whoever goes through them by keyboard goes on with the next
            self._cards[min(place, len(self._cards) - 1)].keep.setFocus()
        card.hide()
        card.deleteLater()
        self._follow()

    @Slot(int)
    def _on_kept(self, number: int) -> None:
        card = self._card(number)
        self._drop(card)
        self.kept.emit((card.direction,))

    @Slot(int)
    def _on_discarded(self, number: int) -> None:
        self._drop(self._card(number))

    @Slot(int, float)
    def _on_stepped(self, number: int, step: float) -> None:
        self.stepped.emit(self._card(number).direction, step)

    @Slot()
    def _on_keep_all(self) -> None:
        directions = (*(card.direction for card in self._cards), *(direction for _, direction in self._waiting))
        self.clear()
        self.kept.emit(directions)
