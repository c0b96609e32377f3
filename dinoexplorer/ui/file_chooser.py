"""The file dialogs, which never block the window."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

_WEIGHTS = (
    "*.safetensors *.pt *.pth *.ckpt *.bin *.pkl *.pickle *.onnx *.keras *.h5 *.hdf5 *.index *.pt2 *.npz config.json"
    " model_config.json model_index.json"
)
CHECKPOINTS = f"Checkpoints ({_WEIGHTS});;All files (*)"
ALL_OF_OURS = f"What opens here ({_WEIGHTS} *.dino.json *.png);;Documents (*.dino.json);;{CHECKPOINTS}"
DOCUMENTS = "Documents (*.dino.json)"
PICTURES = "PNG pictures (*.png)"
CODES = "Codes (*.npy *.npz *.csv *.txt *.json *.pt *.pth);;All files (*)"
_CODE_FILES = {
    "NumPy archive, with names (*.npz)": "npz", "NumPy array (*.npy)": "npy", "Table, with names (*.csv)": "csv",
}  # fmt: skip


class FileChooser(QObject):
    """Asks for files to open and places to save at; the answer comes as a signal."""

    file_chosen = Signal(object)  # Path of whatever is to be opened
    checkpoint_chosen = Signal(object)  # Path
    document_chosen = Signal(object)  # Path
    picture_chosen = Signal(object)  # Path
    codes_chosen = Signal(object)  # list[Path]
    codes_place_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._dialog: QFileDialog | None = None

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def ask_for_file(self, folder: Path) -> None:
        """Ask which file to open."""
        dialog = self._new_dialog("Open a checkpoint, a document or a picture", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(ALL_OF_OURS)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def ask_for_photo(self, folder: Path) -> None:
        """Ask which picture to bring in; `file_chosen` tells."""
        from dinoexplorer.latent.inversion.batch import ENDINGS  # noqa: PLC0415  only this dialog asks

        dialog = self._new_dialog("Bring in a picture", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        endings = " ".join(f"*{ending}" for ending in sorted(ENDINGS))
        dialog.setNameFilter(f"Pictures ({endings});;All files (*)")
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def ask_for_checkpoint(self, folder: Path) -> None:
        """Ask where the checkpoint of a document is."""
        dialog = self._new_dialog("Find the checkpoint", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(CHECKPOINTS)
        dialog.fileSelected.connect(self._on_checkpoint_selected)
        dialog.open()

    def ask_for_document(self, proposed: Path) -> None:
        """Ask where to save the document."""
        dialog = self._new_dialog("Save the document", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(DOCUMENTS)
        dialog.setDefaultSuffix("dino.json")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_document_selected)
        dialog.open()

    def ask_for_picture(self, proposed: Path) -> None:
        """Ask where to save."""
        dialog = self._new_dialog("Save the picture", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(PICTURES)
        dialog.setDefaultSuffix("png")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(self._on_picture_selected)
        dialog.open()

    def ask_for_codes(self, folder: Path) -> None:
        """Ask which files of codes to read."""
        dialog = self._new_dialog("Import codes as pins", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(CODES)
        dialog.filesSelected.connect(self._on_codes_selected)
        dialog.open()

    def ask_for_codes_place(self, proposed: Path) -> None:
        """Ask where to export codes to, and as what."""
        dialog = self._new_dialog("Export pins", proposed.parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_CODE_FILES))
        dialog.setDefaultSuffix(next(iter(_CODE_FILES.values())))
        dialog.selectFile(str(proposed))
        dialog.filterSelected.connect(self._on_code_filter_selected)
        dialog.fileSelected.connect(self._on_codes_place_selected)
        dialog.open()

    def _new_dialog(self, title: str, folder: Path) -> QFileDialog:
        if self._dialog is not None:
            self._dialog.close()
        dialog = QFileDialog(self._parent, title, os.fspath(folder))
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        return dialog

    def _ask_for_folder(self, title: str, folder: Path) -> QFileDialog:
        """Ask for a folder, beginning in ``folder``; whoever calls connects the answer."""
        dialog = self._new_dialog(title, folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()
        return dialog

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.file_chosen.emit(Path(path))

    @Slot(str)
    def _on_document_selected(self, path: str) -> None:
        self.document_chosen.emit(Path(path))

    @Slot(str)
    def _on_checkpoint_selected(self, path: str) -> None:
        self.checkpoint_chosen.emit(Path(path))

    @Slot(str)
    def _on_picture_selected(self, path: str) -> None:
        self.picture_chosen.emit(Path(path))

    @Slot("QStringList")
    def _on_codes_selected(self, paths: list[str]) -> None:
        self.codes_chosen.emit([Path(path) for path in paths])

    @Slot(str)
    def _on_codes_place_selected(self, path: str) -> None:
        self.codes_place_chosen.emit(Path(path))

    @Slot(str)
    def _on_code_filter_selected(self, chosen: str) -> None:
        if self._dialog is not None and chosen in _CODE_FILES:
            self._dialog.setDefaultSuffix(_CODE_FILES[chosen])

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
