"""The file dialogs, which never block the window."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

CHECKPOINTS = "Checkpoints (*.safetensors *.pt *.pth *.ckpt *.pkl *.onnx *.keras *.h5 *.npz);;All files (*)"
PICTURES = "PNG pictures (*.png)"


class FileChooser(QObject):
    """Asks for a checkpoint to open or a place for a picture; the answer comes as a signal."""

    checkpoint_chosen = Signal(object)  # Path
    picture_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._dialog: QFileDialog | None = None

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def ask_for_checkpoint(self, folder: Path) -> None:
        """Ask which file to open."""
        dialog = self._new_dialog("Open a checkpoint", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(CHECKPOINTS)
        dialog.fileSelected.connect(self._on_checkpoint_selected)
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

    @Slot(str)
    def _on_checkpoint_selected(self, path: str) -> None:
        self.checkpoint_chosen.emit(Path(path))

    @Slot(str)
    def _on_picture_selected(self, path: str) -> None:
        self.picture_chosen.emit(Path(path))

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
