"""Originals of prepared pictures, read beside the window; only the newest counts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from dinoexplorer.datasets.collection import Record
from dinoexplorer.datasets.looking import original_of
from dinoexplorer.datasets.orders import preparation_of
from dinoexplorer.ui.dataset.pixels import image_of
from dinoexplorer.ui.one_work import Line, OneWork


class OriginalWork(OneWork):
    """Finds the original of a record in its source."""

    found = Signal(object, QImage)  # Record, its original

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The original could not be read: {cause}.", parent)

    def ask(self, folder: Path, record: Record) -> None:
        """Read the original of a record of the dataset in ``folder``."""
        self._begin(partial(_read, folder, record), partial(self.found.emit, record))


def _read(folder: Path, record: Record, line: Line) -> QImage:
    return image_of(original_of(record, preparation_of(folder), line.check))
