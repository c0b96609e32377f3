"""The points that are chosen: by an outline, a search or a group; and stepping from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.map_selection import (
    Combination,
    Places,
    PlaceSearch,
    combined,
    indices_of,
    numbered,
    places_inside,
)
from dinoexplorer.ui.latent_map_view.chosen_card import ChosenCard
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.search_field import SearchField


class _Chosen(NamedTuple):
    places: Places  # in the map's index
    indices: NDArray[np.intp]  # of the map's points, ascending
    sought: bool = False


_NONE = _Chosen(np.zeros(0, np.intp), np.zeros(0, np.intp))


class PointSelection(QObject):
    """Chooses points in a thread, and marks them on the canvas."""

    changed = Signal(object)  # indices of the map's points, intp (n,)
    point_wanted = Signal(int)  # the index to go to

    def __init__(self, canvas: MapCanvas, search: SearchField, card: ChosenCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._search, self._card = canvas, search, card
        self._scene: MapScene | None = None
        self._finder: PlaceSearch | None = None
        self._chosen = _NONE
        self._at = -1
        self._step_wanted = 0  # asked for before the hits were there
        self._work = LatestWork(self)
        self._work.done.connect(self._on_chosen)
        canvas.outlined.connect(self._on_outlined)
        search.textChanged.connect(self._on_searched)
        search.stepped.connect(self._on_stepped)
        card.clear.clicked.connect(self.clear)

    def set_scene(self, scene: MapScene | None) -> None:
        """Choose among the points of another map; of them none yet."""
        self._scene = scene
        self._finder = None if scene is None else PlaceSearch(scene)
        self.clear()

    @property
    def indices(self) -> NDArray[np.intp]:
        """Those that are chosen, as indices of the map's points, ascending."""
        return self._chosen.indices

    @property
    def working(self) -> bool:
        """Whether a thread has not answered yet."""
        return self._work.busy

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot()
    def clear(self) -> None:
        """Choose no points, and look for none."""
        self._search.blockSignals(True)
        self._search.clear()
        self._search.blockSignals(False)
        if self.working:  # what comes of it is not wanted any more
            self._ask(lambda: _NONE)
        self._show(_NONE)

    def choose_group(self, groups: NDArray[np.int16], number: int, how: Combination = "new") -> None:
        """Choose all points of a group, hidden or not."""
        self._ask_combined(lambda _scene: np.flatnonzero(groups == number), how)

    def choose_points(self, indices: NDArray[np.intp]) -> None:
        """Choose these of the map's points."""
        self._ask_combined(lambda scene: np.flatnonzero(np.isin(scene.index.order, indices)), "new")

    @Slot(object, str)
    def _on_outlined(self, outline: NDArray[np.float64], how: Combination) -> None:
        points = self._canvas.points
        if points is not None:
            shown = points.shown
            self._ask_combined(lambda scene: places_inside(scene, outline, shown), how)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        scene, find = self._scene, self._finder
        if scene is None or find is None:
            return
        if not text.strip():
            self.clear()
            return

        def choose() -> _Chosen:
            places = find(text)
            return _Chosen(places, indices_of(scene, places), sought=True)

        self._ask(choose)

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        if self.working:
            self._step_wanted = step
        elif len(self._chosen.indices):
            count = len(self._chosen.indices)
            self._at = self._first(step) if self._at < 0 else (self._at + step) % count
            self._card.show_count(count, self._at)
            self.point_wanted.emit(int(self._chosen.indices[self._at]))

    def _first(self, step: int) -> int:
        """The hit to begin with: the image of that very number where a number was sought, else the first or last."""
        indices, number = self._chosen.indices, numbered(self._search.text())
        place = int(np.searchsorted(indices, number))
        if place < len(indices) and indices[place] == number:
            return place
        return 0 if step > 0 else len(indices) - 1

    def _ask_combined(self, find: Callable[[MapScene], Places], how: Combination) -> None:
        scene, before = self._scene, self._chosen.places
        if scene is None:
            return

        def choose() -> _Chosen:
            places = combined(before, find(scene), how, len(scene.index))
            return _Chosen(places, indices_of(scene, places))

        self._ask(choose)

    def _ask(self, choose: Callable[[], _Chosen]) -> None:
        self._step_wanted = 0
        if self._scene is not None:
            self._work.ask(self._scene, choose)

    @Slot(object, object)
    def _on_chosen(self, scene: MapScene, chosen: _Chosen) -> None:
        if scene is not self._scene:
            return
        step = self._step_wanted
        self._show(chosen)
        if step:
            self._on_stepped(step)

    def _show(self, chosen: _Chosen) -> None:
        self._chosen, self._at, self._step_wanted = chosen, -1, 0
        self._card.show_count(len(chosen.places), sought=chosen.sought)
        self._canvas.set_selection(chosen.places)
        self.changed.emit(chosen.indices)
