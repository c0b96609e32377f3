"""What datasets mean to the window: a panel that prepares them, one that looks through them, and the ways there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.datasets.orders import Outcome, Preparation, preparation_of
from dinoexplorer.datasets.whereabouts import dataset_of, names_of, points_of
from dinoexplorer.generators.differentiable import Differentiates, no_gradients
from dinoexplorer.settings import Settings
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.dataset.browser import Browser
from dinoexplorer.ui.dataset.prepare_panel import PreparePanel
from dinoexplorer.ui.dataset.set_chooser import SetChooser
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.saving import pictures_folder
from training.errors import TrainingError

Found = tuple[Path, tuple[str, ...]]


class DatasetDesk(QObject):
    """Makes each panel when it is first needed."""

    told = Signal(str)  # for the status line
    train_wanted = Signal(object)  # folder of a dataset
    explore_wanted = Signal()

    def __init__(
        self,
        explorer: Explorer,
        settings: Settings,
        recipes: Callable[[], Sequence[tuple[str, str, str]]],
        window: QWidget,
        command: Sequence[str] | None = None,
    ) -> None:
        super().__init__(window)
        self._explorer, self._settings, self._window, self._command = explorer, settings, window, command
        self._recipes = recipes
        self._prepare: PreparePanel | None = None
        self._browser: Browser | None = None
        self._chooser = SetChooser(window)
        self._chooser.dataset_chosen.connect(self.look_through)
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)

    @property
    def prepare(self) -> PreparePanel:
        """The panel that prepares pictures."""
        if self._prepare is None:
            home = Path(self._settings.dataset_folder or Path(pictures_folder()) / "datasets")
            panel = self._prepare = PreparePanel(home, self._window, self._command)
            panel.prepared.connect(self._on_prepared)
            panel.ended.connect(self._on_ended)
            panel.way_chosen.connect(self._on_way_chosen)
        return self._prepare

    @property
    def browser(self) -> Browser:
        """The panel that looks through a dataset."""
        if self._browser is None:
            browser = self._browser = Browser(self._window, self._command)
            browser.again_wanted.connect(self._on_again_wanted)
            browser.train_wanted.connect(self.train_wanted)
            browser.map_wanted.connect(self._on_map_wanted)
            browser.place_wanted.connect(self._on_place_wanted)
            browser.other_wanted.connect(self.ask_for_dataset)
            self._background.start("recipes", self._recipes)
        return self._browser

    def show_prepare(self, sources: Sequence[str] = ()) -> None:
        """Come up with the panel that prepares, with more sources where there are some."""
        if self._browser is not None:
            self._browser.go_away()
        self.prepare.show_panel(sources)

    def look_through(self, folder: Path, names: Sequence[str] = (), *, report: bool = False) -> None:
        """Come up with a dataset."""
        if self._prepare is not None:
            self._prepare.go_away()
        self._settings.remember_dataset(folder)
        self.browser.open(folder, names, report=report)

    @Slot()
    def show_dataset(self) -> None:
        """Come up with the dataset that was looked at last, or ask for one."""
        last = self._settings.recent_datasets[:1]
        if self._browser is not None and self._browser.collection is not None:
            self.look_through(self._browser.collection.folder)
        elif last:
            self.look_through(Path(last[0]))
        else:
            self.ask_for_dataset()

    @Slot()
    def ask_for_dataset(self) -> None:
        """Ask which dataset to look through."""
        last = [str(Path(folder).parent) for folder in self._settings.recent_datasets[:1]]
        self._chooser.ask_for_dataset(Path(self._settings.dataset_folder or next(iter(last), pictures_folder())))

    @Slot()
    def show_point(self) -> None:
        """Find the images that are chosen on the map, or the one nearest to the picture, in their dataset."""
        self.show_images(self._explorer.map_panel.selection)

    def show_images(self, chosen: NDArray[np.intp]) -> None:
        """Find the images of these points of the map, or where there are none of the nearest, in their dataset."""
        opened, document, steering = self._explorer.opened, self._explorer.document, self._explorer.map_panel.steering
        if opened is None or document is None or steering is None:
            self.told.emit("There is no map of images to look from.")
            return
        info, latent_map, code = opened.generator.info, steering.map, document.latent
        self._background.start("point", lambda: (dataset_of(info), names_of(latent_map, chosen, code)))

    def close_down(self) -> None:
        """End threads and processes."""
        for panel in (self._prepare, self._browser):
            if panel is not None:
                panel.close_down()
        self._background.close()

    @Slot(object, object)
    def _on_prepared(self, folder: Path, _outcome: Outcome) -> None:
        self._settings.remember_dataset(folder)
        self._settings.dataset_folder = str(folder.parent)
        if self._browser is not None:
            self._browser.reopen(folder)

    @Slot(str)
    def _on_ended(self, sentence: str) -> None:
        if not self.prepare.isVisible():
            self.told.emit(sentence)

    @Slot(str, object)
    def _on_way_chosen(self, way: str, folder: Path) -> None:
        if way == "train":
            self.train_wanted.emit(folder)
        else:
            self.look_through(folder, report=way == "check")

    @Slot(object)
    def _on_again_wanted(self, folder: Path) -> None:
        if self.prepare.working:
            self.prepare.show_panel()
        else:
            self._background.start("again", partial(preparation_of, folder))

    @Slot(object)
    def _on_map_wanted(self, names: Sequence[str]) -> None:
        steering = self._explorer.map_panel.steering
        if steering is None:
            self.told.emit("There is no map: open a checkpoint that was trained on this dataset.")
            return
        latent_map = steering.map
        self._background.start("points", lambda: (steering, points_of(latent_map, names)))

    @Slot(str, object)
    def _on_finished(self, task: str, result: object) -> None:
        if isinstance(result, TrainingError):
            self._tell(str(result))
        elif isinstance(result, Exception):
            raise result
        elif task == "recipes" and isinstance(result, tuple):
            self.browser.report.set_recipes(result)
        elif isinstance(result, Preparation):
            self.browser.go_away()
            self.prepare.prepare_again(result)
        elif task == "point" and isinstance(result, tuple):
            self.look_through(*result)
        elif task == "points" and isinstance(result, tuple):
            self._show_points(*result)

    @Slot(object)
    def _on_place_wanted(self, picture: Path) -> None:
        """Search for the place of a picture in what is open."""
        opened = self._explorer.opened
        if opened is None:
            self._tell("no checkpoint is open to find its place in; open one first")
        elif not isinstance(opened.generator, Differentiates):
            self._tell(no_gradients(opened.generator.info))
        else:
            self.browser.go_away()
            self.explore_wanted.emit()
            self._explorer.desks.embedding.bring(picture)

    def _show_points(self, steering: object, points: Sequence[int]) -> None:
        if steering is not self._explorer.map_panel.steering:
            return  # another one is shown by now
        if not points:
            self._tell("the map that is shown was made of other pictures; open a checkpoint trained on this dataset")
            return
        self.browser.go_away()
        self.explore_wanted.emit()
        self._explorer.map_panel.tools.show_points(np.array(points, np.intp))

    def _tell(self, sentence: str) -> None:
        sentence = f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."
        if self._browser is not None and self._browser.isVisible():
            self._browser.tell(sentence)
        else:
            self.told.emit(sentence)
