"""The file dialogs of restoring, which never block the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.ui.compare.file_asking import PICTURES
from dinoexplorer.ui.file_chooser import FileChooser


class RestoringChooser(FileChooser):
    """Asks for what is to be restored and where it goes; `picture_chosen` says where one picture is saved."""

    given = Signal(object)  # list[Path]
    out_chosen = Signal(object)  # Path

    def ask_for_original(self, folder: Path) -> None:
        """Ask which picture to restore."""
        dialog = self._new_dialog("Restore a picture", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(PICTURES)
        dialog.fileSelected.connect(self._on_given)
        dialog.open()

    def ask_for_folder(self, folder: Path) -> None:
        """Ask which folder to restore."""
        self._ask_for_folder("Restore the pictures of a folder", folder).fileSelected.connect(self._on_given)

    def ask_for_out(self, folder: Path) -> None:
        """Ask where the pictures of a folder go."""
        self._ask_for_folder("Put the restored pictures into a folder", folder).fileSelected.connect(self._on_out)

    @Slot(str)
    def _on_given(self, path: str) -> None:
        self.given.emit([Path(path)])

    @Slot(str)
    def _on_out(self, path: str) -> None:
        self.out_chosen.emit(Path(path))
