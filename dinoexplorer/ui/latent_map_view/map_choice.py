"""Which map is shown: the chooser, what it asks for, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_data import MapData
from dinoexplorer.latent.map_keeping import without_points
from dinoexplorer.latent.map_kinds import dimensions_of, kinds_for, title_of, worth_of
from dinoexplorer.latent.map_making import SAMPLES
from dinoexplorer.latent.planes import Plane, dimensions_plane, plane_through, principal_plane
from dinoexplorer.latent.steering import SteeringMap
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.ui.latent_map_view.data_dialog import DataDialog
from dinoexplorer.ui.latent_map_view.dimension_row import DimensionRow
from dinoexplorer.ui.latent_map_view.map_canvas import MapCanvas
from dinoexplorer.ui.latent_map_view.map_chooser import ANEW, DIMENSIONS, FILE, FOLDER, THREE_POINTS, MapChooser
from dinoexplorer.ui.latent_map_view.map_maker import MapMaker, MapReady
from dinoexplorer.ui.latent_map_view.map_offer import MapOffer
from dinoexplorer.ui.latent_map_view.map_progress import MapProgress
from dinoexplorer.ui.latent_map_view.point_picker import COUNT, PointPicker

_DRAWN = 4096  # codes that say where the principal directions are, where no map does


class MapChoice(QObject):
    """Owns the widgets that choose and make maps; the panel lays them out and shows what is `chosen`."""

    chosen = Signal(object)  # SteeringMap, in place of the present one
    refined = Signal(object)  # SteeringMap with the same places, and a better way back

    def __init__(self, canvas: MapCanvas, panel: QWidget) -> None:
        super().__init__(panel)
        self.chooser, self.progress, self.dimensions = MapChooser(panel), MapProgress(panel), DimensionRow(panel)
        self.offer, self.small_offer = MapOffer(panel, large=True), MapOffer(panel, large=False)
        self.dialog, self.maker = DataDialog(panel), MapMaker(self)
        self.picker = PointPicker(canvas, lambda: self._code)
        self._opened: Opened | None = None
        self._base: LatentMap | None = None  # what is laid out anew; what is shown may have lost some of it
        self._shown: SteeringMap | None = None
        self._code: FloatArray | None = None
        self._selection = np.zeros(0, np.intp)
        self._connect()

    def set_opened(self, opened: Opened) -> None:
        """Choose for this generator from now on."""
        info, before = opened.generator.info, self._info
        if before is None or not before.shares_codes_with(info):
            self.maker.cancel()
            self.progress.end()
        self._opened, self._base = opened, opened.latent_map
        self.chooser.set_generator(info)
        self._set_offers()

    def set_shown(self, steering: SteeringMap | None) -> None:
        """Tell what is shown now."""
        self._shown, self._selection = steering, self._selection[:0]
        self.picker.end()
        self._describe()

    def show_refined(self, steering: SteeringMap) -> None:
        """Tell that what is shown now knows its way back better."""
        self._shown = steering
        self._describe()

    def show_code(self, code: FloatArray) -> None:
        """Follow the place where we stand."""
        self._code = code

    @Slot(object)
    def set_selection(self, indices: NDArray[np.intp]) -> None:
        """Know which points are chosen on the map."""
        self._selection = indices

    def choose(self, method: str) -> None:
        """Show the images laid out by another method, as the chooser would; where it cannot, nothing happens."""
        info = self._info
        if info is not None and any(kind.method == method and not kind.missing() for kind in kinds_for(info.latent)):
            self._on_kind_chosen(method)

    def takes(self, path: Path) -> bool:
        """Whether what is dropped here can be mapped: a folder, or an .npz file that is no map itself."""
        name = path.name.lower()
        return self._opened is not None and (path.is_dir() or (name.endswith(".npz") and not name.endswith(".map.npz")))

    @Slot(str)
    def make_of(self, source: str) -> None:
        """Make a map of the pictures of a folder or file."""
        info = self._info
        if info is None:
            return
        if not info.encoder:
            self.maker.cancel()
            self.progress.tell_failure(
                f"{info.path.name} has no encoder, so pictures cannot be placed in its space; "
                f"its map is made of {SAMPLES:,} pictures of its own."
            )
            return
        self._make(MapData(source))

    @Slot()
    def make(self) -> None:
        """Make the map of what the checkpoint was trained on, of its own samples, or ask for pictures."""
        opened = self._opened
        if opened is None:
            return
        if opened.generator.info.encoder and opened.pictures is None:
            self.dialog.ask_for_folder()
        else:
            self._make(opened.pictures)

    def close_down(self) -> None:
        """End what is under way and wait for it."""
        self.maker.close()

    @property
    def _info(self) -> GeneratorInfo | None:
        return None if self._opened is None else self._opened.generator.info

    def _connect(self) -> None:
        self.chooser.kind_chosen.connect(self._on_kind_chosen)
        self.chooser.plane_chosen.connect(self._on_plane_chosen)
        self.chooser.making_chosen.connect(self._on_making_chosen)
        self.dimensions.chosen.connect(self._on_dimensions_chosen)
        self.picker.picked.connect(self.cut_through)
        self.dialog.chosen.connect(self.make_of)
        for offer in (self.offer, self.small_offer):
            offer.make_wanted.connect(self.make)
            offer.folder_wanted.connect(self.dialog.ask_for_folder)
        self.maker.progressed.connect(self.progress.show_step)
        self.maker.ended.connect(self.progress.end)
        self.maker.failed.connect(self.progress.tell_failure)
        self.maker.ready.connect(self._on_ready)
        self.progress.cancelled.connect(self.maker.cancel)

    def _set_offers(self) -> None:
        opened = self._opened
        if opened is None:
            return
        again, pictures = opened.map_stale, opened.pictures
        if not opened.generator.info.encoder:
            texts = ("Make it anew" if again else "Make a map", "", f"Of {SAMPLES:,} pictures of its own.")
        elif pictures is not None:
            texts = ("Make it anew" if again else "Make a map", "Of a folder…", f"Of {pictures.text}.")
        else:
            texts = ("", "Make it anew of a folder…" if again else "Make a map of a folder…", "")
        for offer in (self.offer, self.small_offer):
            offer.set_offer(*texts)

    def _describe(self) -> None:
        info, points = self._info, 0 if self._base is None else len(self._base)
        if info is None:
            return
        if self._shown is None:
            self.chooser.set_present("", "", points, "")
            self.dimensions.set_pair(info.latent, None)
            return
        latent_map = self._shown.map
        pair = dimensions_of(latent_map)
        choice = DIMENSIONS if pair is not None else latent_map.method
        self.chooser.set_present(title_of(latent_map, info.latent), choice, points, worth_of(latent_map))
        self.dimensions.set_pair(info.latent, pair)

    def _make(self, data: MapData | None) -> None:
        opened = self._opened
        if opened is None:
            return
        method = opened.map_method if self._base is None else self._base.method
        self.progress.begin("Making the map", staged=False)
        self.maker.make(opened.generator, data, method, beside=opened.generator.info.path not in shipped_checkpoints())

    def _lay_down(self, title: str, plane: Callable[[], Plane]) -> None:
        info = self._info
        if info is not None:
            self.maker.lay_down(without_points(info) if self._base is None else self._base, plane, info)
            self.progress.begin(title)

    @Slot(str)
    def _on_kind_chosen(self, method: str) -> None:
        info, base, shown = self._info, self._base, self._shown
        if info is None or base is None:
            return
        if shown is not None and shown.map.method == method and (shown.map.exact or shown.map.trustworthiness):
            self.maker.cancel()  # it is there already
            return
        self.maker.lay_out(base, method, info)
        self.progress.begin(next(kind.title for kind in kinds_for(info.latent) if kind.method == method))

    @Slot(str)
    def _on_plane_chosen(self, name: str) -> None:
        info, code = self._info, self._here()
        if info is None or code is None:
            return
        if name == DIMENSIONS:
            first, second = map(int, info.latent.order()[:2])
            self._on_dimensions_chosen(first, second)
        elif name == THREE_POINTS:
            self._begin_three_points()
        else:
            base, spec = self._base, info.latent
            few = base is None or len(base) < COUNT
            codes = None if few or base is None else base.latents
            self._lay_down(
                "Principal plane",
                lambda: principal_plane(spec.sample(_DRAWN, 0) if codes is None else codes, through=code)[0],
            )

    @Slot(int, int)
    def _on_dimensions_chosen(self, first: int, second: int) -> None:
        code = self._here()
        if code is not None:
            self._lay_down("Two dimensions", lambda: dimensions_plane(code, first, second))

    def _begin_three_points(self) -> None:
        if self._shown is None or self._base is None:
            return
        if len(self._selection) == COUNT:
            self.cut_through(self._base.latents[self._selection])
        else:
            self.picker.begin(self._shown)

    @Slot(object)
    def cut_through(self, codes: FloatArray) -> None:
        """Show the plane through three codes ``(3, dim)``, wherever they come from."""
        self._lay_down("Plane through three points", lambda: plane_through(codes))

    @Slot(str)
    def _on_making_chosen(self, name: str) -> None:
        {ANEW: self.make, FOLDER: self.dialog.ask_for_folder, FILE: self.dialog.ask_for_file}[name]()

    @Slot(object)
    def _on_ready(self, made: MapReady) -> None:
        self._base = made.base if len(made.base) else self._base
        (self.refined if made.refined else self.chosen).emit(made.steering)

    def _here(self) -> FloatArray | None:
        return None if self._code is None else self._code.copy()
