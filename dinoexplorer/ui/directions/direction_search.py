"""Finding and teaching directions: what the panel asks for, done beside the window and put into the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.document.direction_records import found, kept
from dinoexplorer.document.standing import Direction
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.direction import Direction as Found
from dinoexplorer.latent.direction_lessons import Ground, find_directions, step_between, teach_direction
from dinoexplorer.latent.directions import Told
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.directions.direction_worker import DirectionWorker
from dinoexplorer.ui.directions.directions_panel import DirectionsPanel
from dinoexplorer.ui.directions.group_button import GroupButton
from dinoexplorer.ui.directions.pin_chooser import PinChooser
from dinoexplorer.ui.directions.teach_form import Wanted

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class DirectionSearch(QObject):
    """One search at a time; a later one ends the one under way."""

    added = Signal(int)  # key of a direction that a person has just asked for

    def __init__(
        self, explorer: Explorer, panel: DirectionsPanel, latent_map: Callable[[], LatentMap | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._explorer, self._panel, self._map = explorer, panel, latent_map
        self.worker = DirectionWorker(self)
        panel.finder.chosen.connect(self._on_find)
        panel.candidates.kept.connect(self.keep)
        panel.form.taught.connect(self._on_teach)
        panel.form.pins_wanted.connect(self._on_pins_wanted)
        panel.arithmetic.step_wanted.connect(self._on_step_wanted)
        panel.work.cancelled.connect(self.worker.cancel)
        self.worker.began.connect(panel.work.begin)
        self.worker.progressed.connect(panel.work.show_share)
        self.worker.ended.connect(panel.work.hide)
        self.worker.failed.connect(panel.work.tell)

    @property
    def info(self) -> GeneratorInfo | None:
        """Of the model that is open."""
        return None if self._explorer.opened is None else self._explorer.opened.generator.info

    @Slot(object)
    def keep(self, directions: Iterable[Direction]) -> None:
        """Take directions into the document, as the last ones and in one step."""
        document = self._explorer.document
        if document is not None:
            document.set_directions((*document.directions, *directions))

    def _ground(self) -> Ground | None:
        document, opened = self._explorer.document, self._explorer.opened
        if document is None or opened is None:
            return None
        return Ground(opened.generator, self._map(), document.latent)

    @Slot(str, str)
    def _on_find(self, way: str, title: str) -> None:
        if (ground := self._ground()) is not None:
            self.worker.start(title, partial(find_directions, ground, way), self._show_found)

    def _show_found(self, directions: tuple[Found, ...]) -> None:
        if self._explorer.document is not None and self.info is not None:
            records = [kept(direction, self.info) for direction in directions]
            self._panel.candidates.show_found(records, self._explorer.document.latent)
            self._panel.reveal(self._panel.candidates)

    @Slot(object)
    def _on_teach(self, wanted: Wanted) -> None:
        ground, document, info = self._ground(), self._explorer.document, self.info
        if ground is None or document is None or info is None:
            return
        without = [found(one, info) for one in document.directions if one.key in wanted.without]

        def work(told: Told) -> Found:
            groups = (wanted.towards, wanted.away)
            return teach_direction(ground, wanted.way, wanted.name, *groups, without=without, told=told)

        self.worker.start(f"Learning {wanted.name}", work, self._add)

    @Slot(str, object, object)
    def _on_step_wanted(self, name: str, start: FloatArray, end: FloatArray) -> None:
        if (ground := self._ground()) is not None:
            self.worker.start(name, lambda _told: step_between(ground, name, start, end), self._add)

    def _add(self, direction: Found) -> None:
        if self._explorer.document is not None and self.info is not None:
            self.added.emit(self._explorer.document.add_direction(kept(direction, self.info)).key)

    @Slot(object)
    def _on_pins_wanted(self, group: GroupButton) -> None:
        document = self._explorer.document
        if document is not None and document.pins:
            title = f"Which pins are {group.accessibleName().lower()}?"
            chooser = PinChooser(title, document.pins, self._explorer.thumbnailer, self._panel)
            chooser.chosen.connect(group.take_pins)
            chooser.open()
