"""Asks for files that are there; never blocks."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"


def ask_for_files(parent: QWidget, title: str, folder: str, filters: str) -> QFileDialog:
    """A dialog for one or several files, open and gone by itself; whoever asks listens to its `filesSelected`."""
    dialog = QFileDialog(parent, title, folder, filters)
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
