"""The file dialogs of the export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.morph.export.choices import FilmChoice
from dinoexplorer.ui.dropping import SOUNDS
from dinoexplorer.ui.file_chooser import FileChooser

_SOUNDS = f"Sound ({' '.join(f'*{ending}' for ending in SOUNDS)});;All files (*)"


class ExportChooser(FileChooser):
    """Asks where a film goes, and which sound lies under it."""

    film_chosen = Signal(object)  # Path
    sound_chosen = Signal(object)  # Path

    def ask_for_film(self, proposed: Path, film: FilmChoice, films: Sequence[FilmChoice]) -> None:
        """Ask where to save; the ending tells the format."""
        dialog = self._new_dialog("Export the film", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if film.suffix:
            endings = dict.fromkeys(each.suffix for each in films if each.suffix and not each.missing)
            first = f"{film.title} (*{film.suffix})"
            dialog.setNameFilters([first, f"Films ({' '.join(f'*{ending}' for ending in endings)})"])
            dialog.setDefaultSuffix(film.suffix.removeprefix("."))
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_film_selected)
        dialog.open()

    def ask_for_sound(self, folder: Path) -> None:
        """Ask for a sound file."""
        dialog = self._new_dialog("Choose the sound", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_SOUNDS)
        dialog.fileSelected.connect(self._on_sound_selected)
        dialog.open()

    @Slot(str)
    def _on_film_selected(self, path: str) -> None:
        self.film_chosen.emit(Path(path))

    @Slot(str)
    def _on_sound_selected(self, path: str) -> None:
        self.sound_chosen.emit(Path(path))


def films_folder() -> Path:
    """Where the system keeps films."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    return Path(folder) if folder else Path.home()


def free_path(folder: Path, name: str, suffix: str, taken: frozenset[Path]) -> Path:
    """The first of ``NAME-0001.mp4``, ``NAME-0002.mp4``, ... that is not there and that nobody is going to write."""
    number = 1
    while (path := folder / f"{name}-{number:04d}{suffix}") in taken or path.exists():
        number += 1
    return path
