"""The most typical or the most unusual pictures, as a row to choose from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.latent.cloud import Ranked
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_tile import CodeTile
from dinoexplorer.ui.flow_layout import FlowLayout
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.thin_bar import ThinBar

COUNT = 8
_SIDE = 54


class RankedRow(QWidget):
    """Two buttons, and what was found last; a click on a picture goes there."""

    asked = Signal(bool)  # whether the most unusual are wanted, else the most typical
    stopped = Signal()
    chosen = Signal(str, object)  # name, code

    def __init__(self, thumbnailer: Thumbnailer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {
            unusual: IconButton("", f"The most {word} pictures", self, text=f"Most {word}")
            for unusual, word in ((False, "typical"), (True, "unusual"))
        }
        self.stop = IconButton("stop", "Stop looking", self)
        self.stop.clicked.connect(self.stopped)
        self.sentence = QLabel(self)
        self.sentence.setProperty("role", "small")
        self.sentence.setWordWrap(True)
        self._bar = ThinBar(self)
        self.tiles = [CodeTile(thumbnailer, self, side=_SIDE) for _ in range(COUNT)]
        tiles = QWidget(self)
        flow = FlowLayout(tiles, gap=2)
        for tile in self.tiles:
            flow.addWidget(tile)
            tile.setFixedSize(_SIDE, _SIDE)
            tile.clicked.connect(partial(self._on_clicked, tile))
            tile.entered.connect(partial(self._on_clicked, tile))
        head = QHBoxLayout()
        head.setSpacing(4)
        for unusual, button in self.buttons.items():
            button.clicked.connect(partial(self._on_asked, unusual))
            head.addWidget(button)
        head.addWidget(self.stop)
        head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self._bar, self.sentence, tiles):
            column.addWidget(widget)
        self.show_nothing("")

    def wait(self, words: str) -> None:
        """Say what is being looked at."""
        self.show_nothing(words)
        self._bar.show()
        self.stop.show()

    def show_nothing(self, sentence: str) -> None:
        """Show no pictures, and a sentence."""
        self._bar.hide()
        self.stop.hide()
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        for tile in self.tiles:
            tile.hide()

    def show_ranked(self, ranked: Ranked, words: str) -> None:
        """Show what was found; ``words`` say among what."""
        self.show_nothing(words)
        for index, tile in enumerate(self.tiles[: len(ranked.names)]):
            tile.show_code(ranked.names[index], ranked.codes[index], "a click goes there")
            tile.show()

    def _on_asked(self, unusual: bool, *_checked: object) -> None:
        self.asked.emit(unusual)

    def _on_clicked(self, tile: CodeTile, *_checked: object) -> None:
        self.chosen.emit(tile.accessibleName(), tile.code)
