"""The tab of directions and the explorer's document: what the panel shows, and what the actions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.code_mime import Named
from dinoexplorer.ui.directions.direction_filing import DirectionFiling
from dinoexplorer.ui.directions.direction_mover import DirectionMover
from dinoexplorer.ui.directions.direction_search import DirectionSearch
from dinoexplorer.ui.directions.directions_panel import DirectionsPanel
from dinoexplorer.ui.directions.group_sources import GroupSources

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer

_VALUES, _REST = 50, 200  # milliseconds until the sliders follow, and until the place counts as at rest


class DirectionsDesk(QObject):
    """Stands between the panel and the explorer's document."""

    def __init__(self, explorer: Explorer) -> None:
        super().__init__(explorer)
        self._explorer = explorer
        self._document: Document | None = None
        self._opened: Opened | None = None
        self._code: FloatArray | None = None
        self._awaited: int | None = None  # a direction that a person is to be led to, once its card is there
        self.panel = DirectionsPanel(explorer.thumbnailer, self._sources, self._offered, explorer)
        self.search = DirectionSearch(explorer, self.panel, self._map, self)
        self.filing = DirectionFiling(explorer, self.panel, self.search)
        self._mover = DirectionMover(explorer, self.panel.list, self.panel.candidates)
        self._values_tick = QTimer(self, interval=_VALUES, singleShot=True)
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        explorer.document_changed.connect(self._follow)
        self._values_tick.timeout.connect(self._show_values)
        self._rest.timeout.connect(self._show_around)
        self._mover.refused.connect(self._show_values)
        self.search.added.connect(self._on_added)
        self.panel.arithmetic.result_chosen.connect(self._on_result_chosen)
        self.panel.shown.connect(self._on_shown)
        self.panel.setEnabled(False)

    @property
    def settled(self) -> bool:
        """Whether the panel shows where we stand, its pictures perhaps not yet made."""
        return not self._values_tick.isActive() and not self._rest.isActive()

    def close_down(self) -> None:
        """End the thread."""
        self.search.worker.close()

    @Slot()
    def show(self) -> None:
        """Show the tab, and be ready for the keyboard."""
        self._explorer.side.show_tab("directions")
        cards = self.panel.list.cards()
        (cards[0].slider if cards else self.panel.finder).setFocus()

    @Slot()
    def open_find(self) -> None:
        """Show the tab, and drop down the ways to find directions."""
        self._explorer.side.show_tab("directions")
        if self.panel.finder.isVisible():
            self.panel.finder.click()

    @Slot()
    def teach_chosen(self) -> None:
        """Show the form, and take the points that are chosen on the map as the first group that is empty."""
        self._explorer.side.show_tab("directions")
        self.panel.teach.setChecked(True)
        form = self.panel.form
        empty = [group for group in (form.away, form.towards) if group.examples is None]
        if empty and not empty[0].take_chosen():
            self.panel.work.say("No points are chosen on the map: Shift + drag around some, or take a class or pins.")
        (form.teach if form.teach.isEnabled() else form.away).setFocus()

    @Slot()
    def _follow(self) -> None:
        """Show the directions of the document; the values and the pictures follow a little later."""
        document, opened = self._explorer.document, self._explorer.opened
        if document is not self._document:
            self._begin_anew(document, opened)
        if opened is not self._opened:
            self._opened = opened
            self.panel.finder.set_generator(None if opened is None else opened.generator)
        if document is None:
            return
        self.panel.list.show_directions(document.directions, document.spec)
        self.panel.form.show_directions(document.directions)
        self.panel.save.setEnabled(bool(document.directions))
        self._lead()
        if document.latent is not self._code:
            self._code = document.latent
            self._rest.start()
        if not self._values_tick.isActive():
            self._values_tick.start()

    def _begin_anew(self, document: Document | None, opened: Opened | None) -> None:
        self.search.worker.cancel()
        self._document, self._code, self._awaited = document, None, None
        self.panel.setEnabled(document is not None)
        self.panel.list.forget()
        self.panel.candidates.clear()
        self.panel.form.forget()
        self.panel.work.hide()
        self.panel.arithmetic.set_info(None if opened is None else opened.generator.info)

    @Slot(int)
    def _on_added(self, key: int) -> None:
        self._awaited = key

    def _lead(self) -> None:
        """Put a person before the direction that was just made."""
        if self._awaited is not None and (card := self.panel.list.reach(self._awaited)) is not None:
            self._awaited = None
            card.slider.setFocus()
            self.panel.reveal(card)

    @Slot()
    def _show_values(self) -> None:
        if self._document is not None and self.panel.isVisible():
            self.panel.list.show_values(self._document.latent, self._document.spec.mean)

    @Slot()
    def _show_around(self) -> None:
        if self._document is not None and self.panel.isVisible():
            self.panel.list.show_around(self._document.latent)
            self.panel.candidates.show_around(self._document.latent)

    @Slot()
    def _on_shown(self) -> None:
        self._show_values()
        self._show_around()

    @Slot(str, object)
    def _on_result_chosen(self, name: str, code: FloatArray) -> None:
        if self._document is not None:
            self._explorer.settle()
            self._document.set_latent(code, f"went to {name}")

    def _map(self) -> LatentMap | None:
        """The map that is shown, if its codes are as long as those of the model."""
        steering, document = self._explorer.map_panel.steering, self._explorer.document
        if steering is None or document is None or steering.map.latents.shape[1:] != (document.spec.dim,):
            return None
        return steering.map

    def _sources(self) -> GroupSources:
        return GroupSources(
            self._map(), self._explorer.map_panel.selection, () if self._document is None else self._document.pins
        )

    def _offered(self) -> list[Named]:
        """The codes that a well can be filled with."""
        if self._document is None:
            return []
        pins = [(pin.name, pin.latent) for pin in self._document.pins]
        return [("The present picture", self._document.latent), *pins]
