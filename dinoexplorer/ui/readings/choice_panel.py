"""The ways to read a file, each by its pictures of the same codes; one of them is used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.reading import Reading
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.readings.reading_card import SIDE, ReadingCard
from dinoexplorer.ui.readings.reading_work import Look, name_of
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.thin_bar import ThinBar

_WIDEST, _HIGHEST, _LOWEST, _EDGE = 964, 700, 460, 24
_GAP = 12
_AROUND = 176  # what stands above and below the cards
_HINT = "These fit its tensors, each with pictures of the same codes. What you use is remembered for this file."
_MOST = 12  # readings that are shown


class ChoicePanel(Overlay):
    """Shows readings as they are made; `used` tells which was taken."""

    used = Signal(object)  # Reading
    describing_wanted = Signal()
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Ways to read this file")
        self.cards: list[ReadingCard] = []
        self._readings: tuple[Reading, ...] = ()
        self._title, self._hint, self._said = (foreign_label(self.panel) for _ in range(3))
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "muted")
        self._said.setProperty("role", "muted")
        for label in (self._hint, self._said):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = ThinBar(self.panel)
        self.close_button = IconButton("close", "Close", self.panel)
        self.close_button.setToolTip("Close (Esc); the file stays as it was")
        self.describe = IconButton("", "Describe its layers", self.panel, text="Describe its layers…")
        self.describe.setToolTip("Write down how the network is built")
        self.use = IconButton("", "Use this reading", self.panel, text="Use this")
        self.use.setProperty("primary", True)
        self.use.setToolTip("Open the file in this way, now and from now on (Return)")
        self._tiles = QWidget(self.panel)
        self._tiles.setObjectName("plain")
        self._flow = FlowLayout(self._tiles, gap=_GAP)
        self._lay_out()
        self.close_button.clicked.connect(self.go_away)
        self.describe.clicked.connect(self.describing_wanted)
        self.use.clicked.connect(self._on_use)

    @property
    def sentence(self) -> str:
        """What is said beside the buttons."""
        return self._said.text()

    def wait_for(self, name: str, why: str = "") -> None:
        """Come up for a file whose readings are looked for; ``why`` says what made them needed."""
        self._clear()
        self._title.setText(f"How is {name} to be read?")
        self._hint.setText(" ".join(filter(None, (why, _HINT))))
        self._say("Looking for the ways to read it…")
        self._bar.show()
        self.come_up()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, int)
    def show_readings(self, readings: Sequence[Reading], used: int = 0) -> None:
        """Show a card for each reading, the ``used`` one chosen; its pictures follow."""
        self._clear()
        self._readings = tuple(readings[:_MOST])
        for number, reading in enumerate(self._readings):
            card = ReadingCard(name_of(reading), f"agrees to {reading.score:.1%}", self._tiles)
            card.clicked.connect(partial(self._on_clicked, number))
            card.stepped.connect(partial(self._on_stepped, number))
            card.entered.connect(partial(self._on_entered, number))
            self._flow.addWidget(card)
            card.show()
            self.cards.append(card)
        self.fit()
        used = used if used < len(self.cards) else 0
        self._on_clicked(used)
        self.cards[used].setFocus(Qt.FocusReason.TabFocusReason)
        self._say(f"0 of {len(self.cards)} pictured…")

    @Slot(object)
    def show_look(self, look: Look) -> None:
        """Show what one of them looks like."""
        if look.number >= len(self.cards):
            return
        self.cards[look.number].show_look(look.pictures, look.about)
        left = len(self.cards) - look.number - 1
        self._say(f"{look.number + 1} of {len(self.cards)} pictured…" if left else "")
        self._bar.setVisible(left > 0)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say why there is nothing to choose."""
        self._bar.hide()
        self._say(sentence)
        announce(self._said, sentence)

    def go_away(self) -> None:
        super().go_away()
        self._clear()
        self.gone.emit()

    def place(self, room: QRect) -> QRect:
        width = min(_WIDEST, room.width() - 2 * _EDGE)
        columns = max((width - 28 + _GAP) // (SIDE + 20 + _GAP), 1)
        card = self.cards[0].sizeHint().height() + _GAP if self.cards else 0
        needed = max(_LOWEST, _AROUND + -(-len(self.cards) // columns) * card)
        height = min(_HIGHEST, needed, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def _clear(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards.clear()
        self._readings = ()
        self.use.setEnabled(False)

    def _on_clicked(self, number: int, *_checked: object) -> None:
        for place, card in enumerate(self.cards):
            card.setChecked(place == number)
        self.use.setEnabled(bool(self.cards))

    def _on_stepped(self, number: int, right: int, down: int) -> None:
        columns = max((self._tiles.width() + _GAP) // (self.cards[number].width() + _GAP), 1)
        there = number + right + down * columns
        if 0 <= there < len(self.cards) and self.cards[there].isEnabled():
            self.cards[there].setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(self.cards[there])
            self._on_clicked(there)

    def _on_entered(self, number: int) -> None:
        self._on_clicked(number)
        self._on_use()

    @Slot()
    def _on_use(self) -> None:
        chosen = next((number for number, card in enumerate(self.cards) if card.isChecked()), None)
        if chosen is not None:
            self.used.emit(self._readings[chosen])

    def _say(self, text: str) -> None:
        self._said.setText(text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button)
        self._area = scroll_area(self._tiles, self.panel)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.describe)
        foot.addWidget(self.use)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._hint)
        column.addWidget(self._bar)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
