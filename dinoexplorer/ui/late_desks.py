"""The panels of Explore that the first picture need not wait for: each is made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from dinoexplorer.ui.train.loading import load_module

if TYPE_CHECKING:
    from dinoexplorer.generators.generator import ByteArray
    from dinoexplorer.ui.anomaly import AnomalyDesk
    from dinoexplorer.ui.breeding import BreedingDesk
    from dinoexplorer.ui.directions import DirectionsDesk
    from dinoexplorer.ui.embedding import BatchDesk, EmbeddingDesk
    from dinoexplorer.ui.explorer import Explorer
    from dinoexplorer.ui.filling import FillingDesk
    from dinoexplorer.ui.filling.saver import Origin
    from dinoexplorer.ui.mixing import MixDesk
    from dinoexplorer.ui.morph.morph_desk import MorphDesk
    from dinoexplorer.ui.restoring import RestoringDesk
    from dinoexplorer.ui.shaping import ShapingDesk
    from dinoexplorer.ui.space import SpaceDesk

_ROOMS = (
    "directions", "mixing", "space", "breeding", "embedding", "filling", "shaping", "anomaly", "restoring",
    "morph.morph_desk",
)  # fmt: skip
Desk = TypeVar("Desk", bound=QObject)


class LateDesks:
    """Makes each once, and has it follow the document at once; one that nobody asked for costs nothing."""

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction], seeds: Callable[[], int]) -> None:
        self._explorer, self._actions, self._seeds = explorer, actions, seeds

    def made(self, name: str) -> bool:
        """Whether there is this one yet."""
        return name in vars(self)

    @cached_property
    def directions(self) -> DirectionsDesk:
        from dinoexplorer.ui.directions import DirectionsDesk  # noqa: PLC0415  as all here: see the module's first line

        return self._begun("directions", DirectionsDesk(self._explorer))

    @cached_property
    def mixing(self) -> MixDesk:
        from dinoexplorer.ui.mixing import MixDesk  # noqa: PLC0415

        desk = MixDesk(self._explorer, self._actions, self._seeds)
        desk.changed.connect(self._explorer.possible_changed)
        return self._begun("mixing", desk)

    @cached_property
    def space(self) -> SpaceDesk:
        from dinoexplorer.ui.space import SpaceDesk  # noqa: PLC0415

        return self._begun("space", SpaceDesk(self._explorer, self._actions, self._seeds))

    @cached_property
    def breeding(self) -> BreedingDesk:
        from dinoexplorer.ui.breeding import BreedingDesk  # noqa: PLC0415

        return self._begun("breeding", BreedingDesk(self._explorer, self.mixing, self.space.cloud, self._seeds))

    @cached_property
    def embedding(self) -> EmbeddingDesk:
        from dinoexplorer.ui.embedding import EmbeddingDesk  # noqa: PLC0415

        desk = EmbeddingDesk(self._explorer)
        desk.told.connect(self._explorer.pins.told)
        desk.hole_wanted.connect(self._fill_hole)
        desk.fitted.connect(self._explorer.checkpoint_wanted)
        desk.folder_dropped.connect(self._bring_folder)
        return self._begun("embedding", desk)

    @cached_property
    def batch(self) -> BatchDesk:
        from dinoexplorer.ui.embedding import BatchDesk  # noqa: PLC0415

        desk = BatchDesk(self._explorer)
        desk.told.connect(self._explorer.pins.told)
        return self._begun("batch", desk)

    @cached_property
    def filling(self) -> FillingDesk:
        from dinoexplorer.ui.filling import FillingDesk  # noqa: PLC0415

        desk = FillingDesk(self._explorer)
        desk.told.connect(self._explorer.pins.told)
        desk.picture_wanted.connect(self._actions["bring_in"].trigger)
        return self._begun("filling", desk)

    @cached_property
    def shaping(self) -> ShapingDesk:
        from dinoexplorer.ui.shaping import ShapingDesk  # noqa: PLC0415

        desk = ShapingDesk(self._explorer, self._actions)
        desk.told.connect(self._explorer.pins.told)
        return self._begun("shaping", desk)

    @cached_property
    def anomaly(self) -> AnomalyDesk:
        from dinoexplorer.ui.anomaly import AnomalyDesk  # noqa: PLC0415

        desk = AnomalyDesk(self._explorer)
        desk.told.connect(self._explorer.pins.told)
        return self._begun("anomaly", desk)

    @cached_property
    def restoring(self) -> RestoringDesk:
        from dinoexplorer.ui.restoring import RestoringDesk  # noqa: PLC0415

        desk = RestoringDesk(self._explorer)
        desk.told.connect(self._explorer.pins.told)
        return self._begun("restoring", desk)

    @cached_property
    def morph(self) -> MorphDesk:
        from dinoexplorer.ui.morph.morph_desk import MorphDesk  # noqa: PLC0415

        return self._begun("morph", MorphDesk(self._explorer, self._actions, self._seeds))

    def close_down(self) -> None:
        """End the threads of those that were made."""
        for name in (
            "morph", "anomaly", "restoring", "shaping", "filling", "embedding", "batch", "breeding", "space",
            "directions",
        ):  # fmt: skip
            if self.made(name):
                getattr(self, name).close_down()

    def _fill_hole(self, name: str, picture: ByteArray, origin: Origin) -> None:
        self.filling.begin_with(name, picture, origin)

    def _bring_folder(self, folder: Path) -> None:
        self.batch.bring(folder)

    def _begun(self, name: str, desk: Desk) -> Desk:
        vars(self)[name] = desk  # before the others hear of it, who may ask for it
        self._explorer.document_changed.emit()
        return desk


def late(owner: object, path: str) -> Callable[..., None]:
    """The slot ``path`` of ``owner``, looked up when it is called: what it belongs to may not be made yet."""
    find = attrgetter(path)

    def call(*_checked: bool) -> None:
        find(owner)()

    return call


def load() -> None:
    """Import what the panels need; to be called in a thread, so that the first use of each is quick."""
    for room in _ROOMS:
        load_module(f"dinoexplorer.ui.{room}")
