"""What a person decides about the pictures of a dataset: done, kept on the disk at once, and taken back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.datasets.collection import Box, Collection
from dinoexplorer.ui.dataset.deciding_row import DecidingRow
from dinoexplorer.ui.dataset.picture_page import PicturePage
from dinoexplorer.ui.dataset.picture_view import PictureView
from dinoexplorer.ui.dataset.set_work import KeepingWork


class Decider(QObject):
    """Listens to the view, the row below it and the page of one picture."""

    decided = Signal()
    failed = Signal(str)  # it could not be kept
    settled = Signal()  # all of it is on the disk, after `settle`

    def __init__(self, view: PictureView, row: DecidingRow, page: PicturePage, parent: QObject) -> None:
        super().__init__(parent)
        self.collection: Collection | None = None
        self._view = view
        self._settling = False
        self.keeping = KeepingWork(self)
        self.keeping.kept.connect(self._on_kept)
        self.keeping.failed.connect(self.failed)
        for signal in (view.leave_out_wanted, row.leave_out):
            signal.connect(self._on_leave_out)
        for signal in (view.take_wanted, row.take):
            signal.connect(self._on_take)
        row.relabel.connect(self._on_relabel)
        row.undo.connect(self.undo)
        row.redo.connect(self.redo)
        page.crop_wanted.connect(self._on_crop_wanted)
        page.taking_wanted.connect(self._on_taking_wanted)

    def settle(self) -> None:
        """`settled` follows when everything that was decided is on the disk."""
        self._settling = True
        self._on_kept()

    @Slot()
    def undo(self) -> None:
        """Take the last decision back."""
        if self.collection is not None and self.collection.can_undo:
            self.collection.undo()
            self._keep()

    @Slot()
    def redo(self) -> None:
        """Decide again what was taken back."""
        if self.collection is not None and self.collection.can_redo:
            self.collection.redo()
            self._keep()

    @Slot()
    def _on_leave_out(self) -> None:
        if self.collection is not None:
            self.collection.leave_out(self._view.chosen().tolist())
            self._keep()

    @Slot()
    def _on_take(self) -> None:
        if self.collection is not None:
            self.collection.take(self._view.chosen().tolist())
            self._keep()

    @Slot(str)
    def _on_relabel(self, label: str) -> None:
        if self.collection is not None:
            self.collection.relabel(self._view.chosen().tolist(), label)
            self._keep()
            self._view.setFocus()

    @Slot(int, object)
    def _on_crop_wanted(self, number: int, crop: Box | None) -> None:
        if self.collection is not None:
            self.collection.crop(number, crop)
            self._keep()

    @Slot(int, bool)
    def _on_taking_wanted(self, number: int, taken: bool) -> None:
        if self.collection is not None and number >= 0:
            (self.collection.take if taken else self.collection.leave_out)((number,))
            self._keep()

    def _keep(self) -> None:
        if self.collection is not None:
            self.keeping.ask(self.collection)
            self.decided.emit()

    @Slot()
    def _on_kept(self) -> None:
        if self._settling and not self.keeping.busy:
            self._settling = False
            self.settled.emit()
