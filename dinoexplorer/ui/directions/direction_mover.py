"""Moving the present code along the directions of the document, and keeping these in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.standing import Direction, with_key
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.layers import Chosen
from dinoexplorer.ui.directions.candidate_list import CandidateList
from dinoexplorer.ui.directions.direction_list import DirectionList

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class DirectionMover(QObject):
    """Answers what the cards ask for."""

    refused = Signal()  # a value that cannot be; the cards show it and must go back

    def __init__(self, explorer: Explorer, cards: DirectionList, candidates: CandidateList) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._start: FloatArray | None = None  # where a drag began
        cards.drag_began.connect(self._on_drag_began)
        cards.drag_ended.connect(self._on_drag_ended)
        cards.dragged.connect(self._on_dragged)
        cards.value_given.connect(self._on_value_given)
        cards.renamed.connect(self._on_renamed)
        cards.shifted.connect(self._on_shifted)
        cards.removed.connect(self._on_removed)
        cards.layers_chosen.connect(self._on_layers_chosen)
        candidates.stepped.connect(self._on_stepped)

    @Slot()
    def _on_drag_began(self) -> None:
        self._explorer.settle()
        if self._explorer.document is not None:
            self._start = self._explorer.document.latent
            self._explorer.document.begin_gesture()

    @Slot()
    def _on_drag_ended(self) -> None:
        self._start = None
        if self._explorer.document is not None and not self._explorer.walker.walking:
            self._explorer.document.end_gesture()

    @Slot(int, float)
    def _on_dragged(self, key: int, value: float) -> None:
        """Count from where the drag began, so that it ends where it should whatever was locked and rounded."""
        document = self._explorer.document
        if document is not None:
            direction = with_key(document.directions, key).within(document.spec)
            start = document.latent if self._start is None else self._start
            self._move(direction, start, value - direction.place(start, document.spec.mean))

    @Slot(int, float)
    def _on_value_given(self, key: int, value: float) -> None:
        document = self._explorer.document
        if document is not None:
            self._explorer.settle()
            direction = with_key(document.directions, key).within(document.spec)
            self._move(direction, document.latent, value - direction.place(document.latent, document.spec.mean))

    @Slot(object, float)
    def _on_stepped(self, direction: Direction, step: float) -> None:
        if self._explorer.document is not None:
            self._explorer.settle()
            self._move(direction, self._explorer.document.latent, step)

    def _move(self, direction: Direction, start: FloatArray, amount: float) -> None:
        if self._explorer.document is None:
            return
        try:
            self._explorer.document.set_latent(direction.moved(start, amount), f"moved along {direction.name}")
        except GeneratorError:  # beyond float32
            self.refused.emit()

    @Slot(int, str)
    def _on_renamed(self, key: int, name: str) -> None:
        if self._explorer.document is not None:
            self._explorer.document.rename_direction(key, name)

    @Slot(int, object)
    def _on_layers_chosen(self, key: int, layers: Chosen) -> None:
        if self._explorer.document is not None:
            self._explorer.document.set_direction_layers(key, layers)

    @Slot(int, int)
    def _on_shifted(self, key: int, places: int) -> None:
        document = self._explorer.document
        if document is not None:
            place = document.directions.index(with_key(document.directions, key))
            document.move_direction(key, max(place + places, 0))

    @Slot(int)
    def _on_removed(self, key: int) -> None:
        if self._explorer.document is not None:
            self._explorer.document.remove_direction(key)
