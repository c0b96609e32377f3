"""The question when the window closes while films are exported."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from dinoexplorer.ui.morph.export_job import ExportJob


class ExportClosing(QObject):
    """Wait for the films, or cancel them and close."""

    cancel_agreed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.box = QMessageBox(window)
        self.box.setWindowTitle("A film is being exported")
        self.box.setIcon(QMessageBox.Icon.NoIcon)
        self.box.setTextFormat(Qt.TextFormat.PlainText)
        self.wait = self.box.addButton("Wait", QMessageBox.ButtonRole.RejectRole)
        self.cancel = self.box.addButton("Cancel the export and close", QMessageBox.ButtonRole.DestructiveRole)
        self.box.setDefaultButton(self.wait)
        self.box.setEscapeButton(self.wait)
        self.box.finished.connect(self._on_finished)

    def ask(self, jobs: Sequence[ExportJob]) -> None:
        """Show the question about these films."""
        first = f"{jobs[0].path.name} is {round(100 * jobs[0].share)} % done"
        self.box.setText(f"{first}." if len(jobs) == 1 else f"{first}, and {len(jobs) - 1} more would follow.")
        self.box.setInformativeText(
            "An export cannot go on without the window. Wait for it, or cancel it: nothing of it is kept then."
        )
        self.box.open()

    @Slot()
    def _on_finished(self) -> None:
        if self.box.clickedButton() is self.cancel:
            self.cancel_agreed.emit()
