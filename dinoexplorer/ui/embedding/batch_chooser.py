"""The file dialogs of many pictures: which folder, and where their codes go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.ui.file_chooser import FileChooser

_CODES = "NumPy archive, with names (*.npz)"


class BatchChooser(FileChooser):
    """Asks one after the other."""

    folder_chosen = Signal(object)  # Path
    out_chosen = Signal(object)  # Path

    def ask_for_folder(self, folder: Path) -> None:
        """Ask which folder of pictures to bring in."""
        self._ask_for_folder("Bring in a folder of pictures", folder).fileSelected.connect(self._on_folder)

    def ask_for_out(self, proposed: Path) -> None:
        """Ask where the codes go."""
        dialog = self._new_dialog("Keep the codes of the pictures", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # what is there already is gone on with
        dialog.setNameFilter(_CODES)
        dialog.setDefaultSuffix("npz")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_out)
        dialog.open()

    @Slot(str)
    def _on_folder(self, path: str) -> None:
        self.folder_chosen.emit(Path(path))

    @Slot(str)
    def _on_out(self, path: str) -> None:
        self.out_chosen.emit(Path(path))
