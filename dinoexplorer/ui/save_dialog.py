"""Asks where something shall be saved, and tells what came of it; never blocks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from dinoexplorer.ui.texts import as_sentence
from training.errors import TrainingError


def ask_where_to_save(parent: QWidget, title: str, proposed: str, kind: str, ending: str) -> QFileDialog:
    """A dialog for one file, open and gone by itself; whoever asks listens to its `fileSelected`.

    Parameters
    ----------
    kind
        What such files are, `Web page`.
    ending
        Of their names, without the dot; given to a name that has none.
    """
    dialog = QFileDialog(parent, title, proposed, f"{kind} (*.{ending})")
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def saving_told(path: str, result: object) -> str:
    """A sentence on a file that was written, or on the exception that came instead."""
    if isinstance(result, TrainingError):
        return as_sentence(str(result))
    if isinstance(result, OSError):
        return f"{path} could not be written: {result.strerror or result}; choose another place."
    if isinstance(result, Exception):
        return f"{path} could not be written: {result}; try the other format."
    return f"Saved {Path(path).name}"
