"""The file dialogs of the workshop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.ui.file_chooser import FileChooser

_SOURCES = (
    "Sources (*.zip *.tar *.tar.gz *.tgz *.tar.bz2 *.tar.xz *.csv *.jsonl *.npz *.gz *ubyte *.txt);;All files (*)"
)
_TABLES = "Tables (*.csv);;All files (*)"


class SetChooser(FileChooser):
    """Asks for sources, for a table of labels, and for dataset folders."""

    sources_chosen = Signal(object)  # list[str]
    table_chosen = Signal(object)  # Path
    out_chosen = Signal(object)  # Path
    dataset_chosen = Signal(object)  # Path

    def ask_for_source_folder(self, folder: Path) -> None:
        """Ask which folder of pictures to add."""
        self._ask_for_folder("Add a folder of pictures", folder).fileSelected.connect(self._on_source_folder)

    def ask_for_source_files(self, folder: Path) -> None:
        """Ask which archives, tables or arrays to add."""
        dialog = self._new_dialog("Add files", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_SOURCES)
        dialog.filesSelected.connect(self._on_source_files)
        dialog.open()

    def ask_for_table(self, folder: Path) -> None:
        """Ask which table holds the labels."""
        dialog = self._new_dialog("Choose the table of labels", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_TABLES)
        dialog.fileSelected.connect(self._on_table)
        dialog.open()

    def ask_for_out(self, folder: Path) -> None:
        """Ask where a dataset goes."""
        self._ask_for_folder("Choose the folder of the dataset", folder).fileSelected.connect(self._on_out)

    def ask_for_dataset(self, folder: Path) -> None:
        """Ask which dataset to look through."""
        self._ask_for_folder("Open a dataset", folder).fileSelected.connect(self._on_dataset)

    @Slot(str)
    def _on_source_folder(self, path: str) -> None:
        self.sources_chosen.emit([path])

    @Slot("QStringList")
    def _on_source_files(self, paths: list[str]) -> None:
        self.sources_chosen.emit(list(paths))

    @Slot(str)
    def _on_table(self, path: str) -> None:
        self.table_chosen.emit(Path(path))

    @Slot(str)
    def _on_out(self, path: str) -> None:
        self.out_chosen.emit(Path(path))

    @Slot(str)
    def _on_dataset(self, path: str) -> None:
        self.dataset_chosen.emit(Path(path))
