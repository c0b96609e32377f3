"""The file dialogs of strange pictures, which never block the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.ui.compare.file_asking import PICTURES
from dinoexplorer.ui.file_chooser import FileChooser


class AnomalyChooser(FileChooser):
    """Asks for pictures to judge, for usual ones, and for places to put things."""

    given = Signal(object)  # list[Path]
    usual_chosen = Signal(object)  # Path
    copies_chosen = Signal(object)  # Path
    table_chosen = Signal(object)  # Path

    def ask_for_pictures_in(self, folder: Path) -> None:
        """Ask which folder of pictures to judge."""
        self._ask_for_folder("Judge the pictures of a folder", folder).fileSelected.connect(self._on_folder)

    def ask_for_pictures(self, folder: Path) -> None:
        """Ask which pictures to judge."""
        dialog = self._new_dialog("Judge pictures", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(PICTURES)
        dialog.filesSelected.connect(self._on_files)
        dialog.open()

    def ask_for_usual(self, folder: Path) -> None:
        """Ask which folder holds usual pictures."""
        self._ask_for_folder("Choose usual pictures", folder).fileSelected.connect(self._on_usual)

    def ask_for_copies(self, folder: Path) -> None:
        """Ask where the strange ones are copied to."""
        self._ask_for_folder("Copy the strange ones to a folder", folder).fileSelected.connect(self._on_copies)

    def ask_for_table(self, proposed: Path) -> None:
        """Ask where to save the table."""
        dialog = self._new_dialog("Save the table", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Tables (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_table)
        dialog.open()

    @Slot(str)
    def _on_folder(self, path: str) -> None:
        self.given.emit([Path(path)])

    @Slot("QStringList")
    def _on_files(self, paths: list[str]) -> None:
        self.given.emit([Path(path) for path in paths])

    @Slot(str)
    def _on_usual(self, path: str) -> None:
        self.usual_chosen.emit(Path(path))

    @Slot(str)
    def _on_copies(self, path: str) -> None:
        self.copies_chosen.emit(Path(path))

    @Slot(str)
    def _on_table(self, path: str) -> None:
        self.table_chosen.emit(Path(path))
