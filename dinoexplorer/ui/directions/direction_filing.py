"""Loading directions from files and saving them, bound to their model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from dinoexplorer.document.direction_records import found, kept
from dinoexplorer.latent.direction import Direction as Found
from dinoexplorer.latent.direction_files import read_directions, write_directions
from dinoexplorer.ui.directions.direction_files_dialog import DirectionFilesDialog
from dinoexplorer.ui.directions.direction_search import DirectionSearch
from dinoexplorer.ui.directions.directions_panel import DirectionsPanel

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class DirectionFiling(QObject):
    """Answers the entries of the panel's menu; the disk is asked beside the window."""

    def __init__(self, explorer: Explorer, panel: DirectionsPanel, search: DirectionSearch) -> None:
        super().__init__(search)
        self._explorer, self._panel, self._search = explorer, panel, search
        self._folder = Path.home()
        self.dialog = DirectionFilesDialog(explorer)
        panel.load.triggered.connect(self._on_load)
        panel.save.triggered.connect(self._on_save)
        self.dialog.load_chosen.connect(self._on_load_chosen)
        self.dialog.save_chosen.connect(self._on_save_chosen)

    @Slot()
    def _on_load(self) -> None:
        self.dialog.ask_what_to_load(self._folder)

    @Slot()
    def _on_save(self) -> None:
        if self._search.info is not None:
            self.dialog.ask_where_to_save(self._folder / f"{self._search.info.name}.directions.npz")

    @Slot(object)
    def _on_load_chosen(self, path: Path) -> None:
        info, self._folder = self._search.info, path.parent
        if info is None:
            return

        def take(directions: tuple[Found, ...]) -> None:
            self._search.keep([kept(direction, info) for direction in directions])

        self._search.worker.start(f"Loading {path.name}", lambda _told: read_directions(path, info), take)

    @Slot(object)
    def _on_save_chosen(self, path: Path) -> None:
        info, document, self._folder = self._search.info, self._explorer.document, path.parent
        if info is None or document is None:
            return
        directions = [found(direction, info) for direction in document.directions]
        count = f"{len(directions)} direction{'s' if len(directions) != 1 else ''}"

        def tell(_nothing: None) -> None:
            self._panel.work.say(f"Saved {count} to {path.name}.")

        self._search.worker.start(f"Saving {path.name}", lambda _told: write_directions(path, directions), tell)
