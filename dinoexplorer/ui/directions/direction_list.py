"""The directions of the document, one card each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Direction
from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.directions.direction_card import DirectionCard
from dinoexplorer.ui.icon_button import IconButton

AT_ONCE = 16  # cards that are shown; a file may hold hundreds of directions
_A_TURN = 2  # cards that are made before the window may do something else: one takes some 5 ms


class DirectionList(QWidget):
    """Cards in the order of the document; a direction keeps its card, and with it the focus, while it is there."""

    drag_began = Signal()
    drag_ended = Signal()
    dragged = Signal(int, float)
    value_given = Signal(int, float)
    renamed = Signal(int, str)
    shifted = Signal(int, int)
    removed = Signal(int)
    layers_chosen = Signal(int, object)

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnailer = thumbnailer
        self._directions: tuple[Direction, ...] = ()
        self._spec: LatentSpec | None = None
        self._cards: dict[int, DirectionCard] = {}
        self._most = AT_ONCE
        self._folded: set[int] = set()
        self._fold_new = False
        self._code: FloatArray | None = None
        self._values: tuple[FloatArray, FloatArray] | None = None
        self._growth = QTimer(self, interval=0, singleShot=True)
        self._growth.timeout.connect(self._follow)
        self.empty = QLabel("No directions yet. Find some in the model, or teach one from two groups of images.", self)
        self.empty.setProperty("role", "small")
        self.empty.setWordWrap(True)
        self.more = IconButton("", "Show more directions", self, text="more")
        self.more.clicked.connect(self._on_more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addWidget(self.empty)
        self._column.addWidget(self.more)
        self._follow()

    def cards(self) -> list[DirectionCard]:
        """From the first to the last that is shown."""
        return [self._cards[direction.key] for direction in self._shown() if direction.key in self._cards]

    def reach(self, key: int) -> DirectionCard | None:
        """The card of a direction, however far down it stands; None where there is no such direction."""
        place = next((place for place, one in enumerate(self._directions) if one.key == key), -1)
        if place >= 0:
            self._most = max(self._most, place + 1)
            while key not in self._cards:
                self._follow()
        return self._cards.get(key)

    @property
    def held(self) -> bool:
        """Whether a slider is under a hand."""
        return any(card.held for card in self._cards.values())

    def forget(self) -> None:
        """Another document: what was unfolded or folded there is over."""
        self._most, self._code, self._values = AT_ONCE, None, None
        self._folded.clear()
        self.show_directions(())

    def show_directions(self, directions: tuple[Direction, ...], spec: LatentSpec | None = None) -> None:
        """Show these directions of a space."""
        self._spec = spec
        same = len(directions) == len(self._directions) and all(map(_is, directions, self._directions))
        if not same:
            self._directions = directions
            self._follow()

    def show_values(self, code: FloatArray, origin: FloatArray) -> None:
        """Show where ``code`` lies along each of them."""
        self._values = code, origin
        for card in self._cards.values():
            if card.direction is not None:
                card.show_value(card.place(code, origin))

    def show_around(self, code: FloatArray) -> None:
        """Show the pictures around ``code``."""
        self._code = code
        for card in self._cards.values():
            card.show_around(code)

    def fold_all(self, folded: bool) -> None:
        """Show the pictures of all directions, those to come included, or of none."""
        self._fold_new = folded
        self._folded = {direction.key for direction in self._directions} if folded else set()
        for card in self._cards.values():
            card.set_folded(folded)

    def _shown(self) -> Sequence[Direction]:
        return self._directions[: self._most]

    @Slot()
    def _follow(self) -> None:
        shown = self._shown()
        for key in self._cards.keys() - {direction.key for direction in shown}:
            card = self._cards.pop(key)
            card.slider.end_drag()
            if card.isAncestorOf(card.window().focusWidget() or self):
                self.window().setFocus()
            card.hide()
            card.deleteLater()
        place = made = 0
        for direction in shown:
            if direction.key not in self._cards:
                if made == _A_TURN:
                    self._growth.start()
                    continue
                self._new_card(direction)
                made += 1
            card = self._cards[direction.key]
            if card.direction is not direction:
                card.bind(direction, self._spec)
                if self._code is not None:
                    card.show_around(self._code)
                if self._values is not None:
                    card.show_value(card.place(*self._values))
            if self._column.indexOf(card) != place:
                self._column.removeWidget(card)
                self._column.insertWidget(place, card)
            card.show()
            place += 1
        left = len(self._directions) - len(shown)
        self.empty.setVisible(not self._directions)
        self.more.setVisible(left > 0)
        self.more.setText(f"Show {min(left, AT_ONCE)} more of {len(self._directions):,}")
        self._order_focus()

    def _new_card(self, direction: Direction) -> None:
        card = DirectionCard(self._thumbnailer, self)
        self._cards[direction.key] = card
        if self._fold_new and direction.key not in self._folded:
            self._folded.add(direction.key)
        card.set_folded(direction.key in self._folded)
        card.drag_began.connect(self.drag_began)
        card.drag_ended.connect(self.drag_ended)
        card.dragged.connect(self.dragged)
        card.value_given.connect(self.value_given)
        card.renamed.connect(self.renamed)
        card.shifted.connect(self.shifted)
        card.removed.connect(self.removed)
        card.layers_chosen.connect(self.layers_chosen)
        card.folded.connect(self._on_folded)

    def _order_focus(self) -> None:
        """The Tab key goes the way the cards stand, also after they were reordered."""
        controls = [control for card in self.cards() for control in card.controls()]
        for one, following in pairwise(controls):
            QWidget.setTabOrder(one, following)

    @Slot()
    def _on_more(self) -> None:
        self._most += AT_ONCE
        self._follow()

    @Slot(int, bool)
    def _on_folded(self, key: int, folded: bool) -> None:
        (self._folded.add if folded else self._folded.discard)(key)


def _is(one: Direction, other: Direction) -> bool:
    return one is other
