"""Asks for the pictures that a map is made of."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget


class DataDialog(QObject):
    """A folder or an .npz file; never blocks, the answer comes as a signal."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._dialog: QFileDialog | None = None

    @property
    def dialog(self) -> QFileDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    @Slot()
    def ask_for_folder(self) -> None:
        """Ask which folder."""
        dialog = self._new("Make a map of the pictures of a folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    @Slot()
    def ask_for_file(self) -> None:
        """Ask which .npz file."""
        dialog = self._new("Make a map of the pictures of a file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("NumPy archives (*.npz)")
        dialog.open()

    def _new(self, title: str) -> QFileDialog:
        if self._dialog is not None:
            self._dialog.close()
        dialog = QFileDialog(self._parent.window(), title)
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.fileSelected.connect(self.chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        return dialog

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
