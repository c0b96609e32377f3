"""What is done with the points of a map besides steering: colour them, find them, choose them, list the nearest."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.map_figures import BY_CLASS, Groups, classes_of, figure_named
from dinoexplorer.latent.map_scene import MapScene
from dinoexplorer.latent.neighbours import Found, Neighbours
from dinoexplorer.ui.code_drag import CodeDrag
from dinoexplorer.ui.code_mime import Named
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.latent_map_view.chosen_card import MOST_DRAGGED, ChosenCard
from dinoexplorer.ui.latent_map_view.colour_chooser import ColourChooser, RampKey
from dinoexplorer.ui.latent_map_view.colouring import Colouring, colour_by
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.neighbours_list import COUNT, NeighboursList
from dinoexplorer.ui.latent_map_view.point_selection import PointSelection
from dinoexplorer.ui.latent_map_view.search_field import SearchField


class MapTools(QWidget):
    """The rows below the canvas. Whatever looks at all points does so in a thread."""

    selection_changed = Signal(object)  # indices of the map's points, intp (n,)
    groups_changed = Signal(object)  # names of the groups that the legend shows, tuple[str, ...]
    code_chosen = Signal(object)  # float32 code (dim,)

    def __init__(self, canvas: MapCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._scene: MapScene | None = None
        self._groups: Groups | None = None  # those of the legend
        self._code: FloatArray | None = None
        self._nearest: Neighbours | None = None
        self.chooser, self.key, self.neighbours = ColourChooser(self), RampKey(self), NeighboursList(self)
        self.search, self.chosen = SearchField(self), ChosenCard(canvas)
        self.near = IconButton("", "Nearest images", self, text="nearest")
        self.near.setProperty("quiet", True)
        self.near.setCheckable(True)
        self.near.setToolTip("List the images of the map that lie nearest to the present picture (N)")
        self._lay_out()
        self._selection = PointSelection(canvas, self.search, self.chosen, self)
        self._colour_work, self._neighbour_work = LatestWork(self), LatestWork(self)
        self._colour_work.done.connect(self._on_coloured)
        self._neighbour_work.done.connect(self._on_neighbours)
        self._selection.changed.connect(self.selection_changed)
        self._selection.point_wanted.connect(self.go_to)
        self.chooser.chosen.connect(self._ask_for_colours)
        self.near.toggled.connect(self._on_near_toggled)
        self.neighbours.chosen.connect(self.go_to)
        self.drags = [CodeDrag(self.chosen, self._chosen_codes)]
        self.drags += [
            CodeDrag(button, partial(self._codes_of_neighbour, n)) for n, button in enumerate(self.neighbours.buttons)
        ]
        self.set_scene(None)

    def set_scene(self, scene: MapScene | None) -> None:
        """Work on another map."""
        self._scene, self._code, self._nearest = scene, None, None
        self.setVisible(scene is not None and len(scene.index) > 0)
        self._selection.set_scene(scene)
        self._show_groups(None if scene is None else classes_of(scene))
        if scene is not None:
            self.chooser.offer(scene.map)
        self.chooser.choose(BY_CLASS)

    def show_code(self, code: FloatArray) -> None:
        """Follow the place where we stand."""
        if self._code is not None and np.array_equal(code, self._code):
            return
        self._code = code
        if figure_named(self.chooser.choice).follows:
            self._ask_for_colours(self.chooser.choice)
        self._ask_for_neighbours()

    @property
    def selection(self) -> NDArray[np.intp]:
        """The points that are chosen, as indices of the map's points, ascending."""
        return self._selection.indices

    @property
    def working(self) -> bool:
        """Whether a thread has not answered yet."""
        return self._colour_work.busy or self._neighbour_work.busy or self._selection.working

    def close_down(self) -> None:
        """Wait for the threads."""
        for work in (self._colour_work, self._neighbour_work, self._selection):
            work.close()

    @Slot()
    def start_search(self) -> None:
        """Let a person type what is sought."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot()
    def clear_selection(self) -> None:
        """Choose no points."""
        self._selection.clear()

    def _chosen_codes(self) -> list[Named]:
        return self.codes_at(self.selection[:MOST_DRAGGED].tolist())

    def _codes_of_neighbour(self, number: int) -> list[Named]:
        return self.codes_at(self.neighbours.indices[number : number + 1])

    def codes_at(self, indices: list[int]) -> list[Named]:
        """Points of the map as what is dragged; those whose code is broken are left out."""
        if self._scene is None:
            return []
        latent_map = self._scene.map
        points = [(latent_map.name(index) or latent_map.label(index), latent_map.latents[index]) for index in indices]
        return [(name, code) for name, code in points if np.isfinite(code).all()]

    @Slot(object)
    def hide_groups(self, hidden: frozenset[int]) -> None:
        """Leave out the points of these groups of the legend."""
        if self._groups is not None:
            self._canvas.hide_classes(hidden, self._groups.numbers)

    @Slot(int)
    def choose_group(self, number: int) -> None:
        """Choose the points of a group of the legend."""
        if self._groups is not None:
            self._selection.choose_group(self._groups.numbers, number)

    def show_points(self, indices: NDArray[np.intp]) -> None:
        """Choose points of the map and go to the first of them."""
        self._selection.choose_points(indices)
        self.go_to(int(indices[0]))

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.chooser, self.search, self.near):
            row.addWidget(widget, 1 if widget is self.search else 0)
        rows.addLayout(row)
        rows.addWidget(self.key)
        rows.addWidget(self.neighbours)
        self.neighbours.hide()

    def _show_groups(self, groups: Groups | None) -> None:
        self._groups = groups
        self._canvas.hide_classes(frozenset())
        self.groups_changed.emit(() if groups is None else groups.names)

    @Slot(str)
    def _ask_for_colours(self, name: str) -> None:
        figure, scene = figure_named(name), self._scene
        self.key.explain(figure)
        if scene is None:
            return
        code = self._code if self._code is not None else np.zeros(scene.map.latents.shape[1], np.float32)
        self._colour_work.ask((scene, name), lambda: colour_by(figure, figure.find(scene, code)))

    @Slot(object, object)
    def _on_coloured(self, asked: tuple[MapScene, str], colouring: Colouring) -> None:
        if asked != (self._scene, self.chooser.choice) or self._groups is None:
            return
        self._canvas.set_colouring(colouring)
        groups = colouring.groups or classes_of(asked[0])
        if groups.names != self._groups.names or not np.array_equal(groups.numbers, self._groups.numbers):
            self._show_groups(groups)

    @Slot(bool)
    def _on_near_toggled(self, shown: bool) -> None:
        self.neighbours.setVisible(shown)
        self._ask_for_neighbours()

    def _ask_for_neighbours(self) -> None:
        if self._scene is None or self._code is None or not self.near.isChecked():
            return
        scene, code, nearest = self._scene, self._code, self._nearest

        def find() -> tuple[Neighbours, Found]:
            finder = nearest or Neighbours(scene.map)
            return finder, finder(code, COUNT)

        self._neighbour_work.ask(scene, find)

    @Slot(object, object)
    def _on_neighbours(self, scene: MapScene, result: tuple[Neighbours, Found]) -> None:
        if scene is self._scene:
            self._nearest = result[0]
            self.neighbours.show_found(scene.map, result[1])

    @Slot(int)
    def go_to(self, index: int) -> None:
        """Steer to a point of the map, and have it in view."""
        if self._scene is None:
            return
        code, (x, y) = self._scene.map.latents[index], map(float, self._scene.map.xy[index])
        if not np.isfinite([*code, x, y]).all():
            return
        view = self._canvas.view_transform
        if not self._canvas.rect().contains(view.to_screen(x, y).toPoint()):
            self._canvas.show_view(replace(view, x=x, y=y))
        self.code_chosen.emit(code.copy())
