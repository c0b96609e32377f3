"""The question when the window closes while runs train."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from dinoexplorer.runs.views import RunRow


class ClosingQuestion(QObject):
    """Keep training, stop and keep, or stay here."""

    answered = Signal(str)  # keep, stop or cancel

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.box = QMessageBox(window)
        self.box.setWindowTitle("Runs are training")
        self.box.setIcon(QMessageBox.Icon.NoIcon)
        self.box.setTextFormat(Qt.TextFormat.PlainText)
        self.keep = _button(self.box, "Keep training", QMessageBox.ButtonRole.AcceptRole)
        self.stop = _button(self.box, "Stop and keep", QMessageBox.ButtonRole.DestructiveRole)
        self.cancel = _button(self.box, "Cancel", QMessageBox.ButtonRole.RejectRole)
        self.box.setDefaultButton(self.keep)
        self.box.setEscapeButton(self.cancel)
        self.box.finished.connect(self._on_finished)

    def ask(self, live: Sequence[RunRow], *, queued: int) -> None:
        """Show the question about these runs; `answered` follows."""
        names = ", ".join(f'"{row.title}"' for row in live[:3]) + (", …" if len(live) > 3 else "")
        self.box.setText(f"{names} {'is' if len(live) == 1 else 'are'} still training.")
        waiting = f" What waits in the queue ({queued}) goes on with the next start." if queued else ""
        self.box.setInformativeText(
            "Training can go on without this window, which finds it again at the next start; or it can be saved and"
            f" stopped, to be resumed later.{waiting}"
        )
        self.box.open()

    @Slot()
    def _on_finished(self) -> None:
        clicked = self.box.clickedButton()
        names = {id(self.keep): "keep", id(self.stop): "stop"}
        self.answered.emit(names.get(id(clicked), "cancel"))


def _button(box: QMessageBox, text: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button: QPushButton = box.addButton(text, role)
    return button
