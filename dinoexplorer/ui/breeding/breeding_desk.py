"""Between the sheet of children and the document: who the parents are, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.latent.cloud import Cloud
from dinoexplorer.latent.mix import Named
from dinoexplorer.ui.breeding.breeding_sheet import COUNTS, MUTATION, BreedingSheet
from dinoexplorer.ui.breeding.litter import Litter, Recipe, bear
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.mixing import MixDesk

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class BreedingDesk(QObject):
    """Keeps the sheets of the present document, the newest last."""

    def __init__(
        self, explorer: Explorer, mixing: MixDesk, cloud: Callable[[], Cloud | None], seeds: Callable[[], int]
    ) -> None:
        super().__init__(explorer)
        self._explorer, self._mixing, self._cloud, self._seeds = explorer, mixing, cloud, seeds
        self._document: Document | None = None
        self._litters: list[Litter] = []
        self._awaited: object = None  # the wish whose sheet is still wanted
        self.sheet = BreedingSheet(explorer.thumbnailer, explorer)
        explorer.stage.cover(self.sheet)
        self.sheet.bred.connect(self._on_bred)
        self.sheet.back_asked.connect(self._on_back)
        self.sheet.settings_changed.connect(self._on_settings_changed)
        self.sheet.pinned.connect(self._on_pinned)
        self.sheet.mixed.connect(self._on_mixed)
        self.sheet.entered.connect(self._on_entered)
        self.sheet.closed.connect(self.put_away)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)
        explorer.document_changed.connect(self._on_document_changed)

    def close_down(self) -> None:
        """Wait for what is under way."""
        self._work.close()

    @Slot()
    def breed(self) -> None:
        """Show children of what is in the mix, or of the present picture; a second time puts them away."""
        if self.sheet.isVisible():
            self.put_away()
            return
        document = self._explorer.document
        if document is None:
            return
        self._document = document
        parents = self._mixing.mix.named or (("this picture", document.latent),)
        self.sheet.show()
        self.sheet.raise_()
        self.sheet.tiles[0].setFocus()
        last = self._litters[-1] if self._litters else None
        if last is not None and (last.recipe.has_parents(parents) or self._litters[0].recipe.has_parents(parents)):
            self._show()
        else:
            self._ask(parents, len(self._litters) + 1, self._seeds())

    @Slot()
    def put_away(self) -> None:
        """Show the picture again."""
        if self.sheet.isVisible():
            self.sheet.hide()
            self._explorer.setFocus()

    def _ask(self, parents: tuple[Named, ...], number: int, seed: int) -> None:
        cloud, last = self._cloud(), self._litters[-1] if self._litters else None
        if cloud is None:
            return
        count = COUNTS[0] if last is None else self.sheet.count()
        mutation = MUTATION if last is None else self.sheet.mutation.value()
        self.sheet.wait()
        self._awaited = object()
        recipe = Recipe(number, parents, count, mutation, seed)
        self._work.ask((self._awaited, number), partial(_born, recipe, cloud))

    @Slot(object, object)
    def _on_done(self, asked: tuple[object, int], born: Litter | str) -> None:
        awaited, number = asked
        if awaited is not self._awaited:
            return
        if isinstance(born, str):
            self.sheet.tell(born)
            return
        again = number == len(self._litters)
        same = again and self._litters[-1].recipe.seed == born.recipe.seed
        self._litters = [*self._litters[: number - 1], born]
        self._show(keep=same)

    def _show(self, *, keep: bool = False) -> None:
        self.sheet.show_litter(self._litters[-1], can_go_back=len(self._litters) > 1, keep=keep)

    @Slot(object)
    def _on_bred(self, places: list[int]) -> None:
        parents = tuple(self._named(places)) or self._litters[-1].recipe.parents
        self._ask(parents, len(self._litters) + 1, self._seeds())

    @Slot()
    def _on_back(self) -> None:
        if len(self._litters) > 1:
            self._awaited = None
            self._litters.pop()
            self._show()

    @Slot()
    def _on_settings_changed(self) -> None:
        """The same children, moved more or less: they are made anew with the same seed."""
        if self._litters:
            last = self._litters[-1].recipe
            self._ask(last.parents, last.number, last.seed)

    @Slot(object)
    def _on_pinned(self, places: list[int]) -> None:
        if self._document is not None:
            self._document.add_pins(self._named(places))

    @Slot(object)
    def _on_mixed(self, places: list[int]) -> None:
        self._explorer.side.show_tab("mix")
        self._mixing.add(*self._named(places))

    @Slot(int)
    def _on_entered(self, place: int) -> None:
        if self._document is not None:
            self._explorer.settle()
            ((name, code),) = self._named([place])
            self._document.set_latent(code, f"went to {name}")
            self.put_away()

    def _named(self, places: list[int]) -> list[Named]:
        litter = self._litters[-1]
        return [(litter.name(place), litter.children[place]) for place in places]

    @Slot()
    def _on_document_changed(self) -> None:
        if self._explorer.document is not self._document:  # another model: its children are none of ours
            self._document, self._litters, self._awaited = self._explorer.document, [], None
            self.sheet.forget()
            self.put_away()


def _born(recipe: Recipe, cloud: Cloud) -> Litter | str:
    try:
        return bear(recipe, cloud)
    except GeneratorError as error:
        return str(error)
