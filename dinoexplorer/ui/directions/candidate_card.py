"""A direction that was found and may be kept."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.document.standing import Direction
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.directions.direction_words import words_of
from dinoexplorer.ui.directions.place_strip import STEPS, PlaceStrip
from dinoexplorer.ui.directions.small_text import SmallText
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.texts import as_tool_tip


class CandidateCard(QFrame):
    """Its pictures around here, a plus to keep it and a cross to let it go; ``number`` is its own."""

    kept = Signal(int)
    discarded = Signal(int)
    stepped = Signal(int, float)  # number, deviations from here

    def __init__(
        self, direction: Direction, number: int, thumbnailer: Thumbnailer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.direction, self.number = direction, number
        self.words, self.strip = SmallText(self), PlaceStrip(thumbnailer, self)
        self.words.tell("  ·  ".join(filter(None, (direction.name, words_of(direction)))))
        self.keep = IconButton("keep", f"Keep {direction.name}", self)
        self.discard = IconButton("close", f"Discard {direction.name}", self)
        self.keep.setToolTip(as_tool_tip(f"Keep {direction.name} as a slider"))
        self.keep.clicked.connect(self._on_keep)
        self.discard.clicked.connect(self._on_discard)
        self.strip.chosen.connect(self._on_step_chosen)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.words, 1)
        head.addWidget(self.keep)
        head.addWidget(self.discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.strip)

    def show_around(self, code: FloatArray) -> None:
        """Show what lies along it around ``code``."""
        self.strip.show_codes(tuple(self.direction.moved(code, step) if step else code for step in STEPS))

    @Slot()
    def _on_keep(self) -> None:
        self.kept.emit(self.number)

    @Slot()
    def _on_discard(self) -> None:
        self.discarded.emit(self.number)

    @Slot(float)
    def _on_step_chosen(self, step: float) -> None:
        self.stepped.emit(self.number, step)
