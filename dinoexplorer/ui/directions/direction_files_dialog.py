"""Asks for a file of directions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from dinoexplorer.ui.file_chooser import FileChooser

_FILES = "Directions (*.npz)"


class DirectionFilesDialog(FileChooser):
    """Never blocks; the answer comes as a signal."""

    load_chosen = Signal(object)  # Path
    save_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)

    def ask_what_to_load(self, folder: Path) -> None:
        """Ask which file to read."""
        dialog = self._new_dialog("Load directions", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_FILES)
        dialog.fileSelected.connect(self._on_load_selected)
        dialog.open()

    def ask_where_to_save(self, proposed: Path) -> None:
        """Ask where to write."""
        dialog = self._new_dialog("Save the directions", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_FILES)
        dialog.setDefaultSuffix("npz")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_save_selected)
        dialog.open()

    @Slot(str)
    def _on_load_selected(self, path: str) -> None:
        self.load_chosen.emit(Path(path))

    @Slot(str)
    def _on_save_selected(self, path: str) -> None:
        self.save_chosen.emit(Path(path))
