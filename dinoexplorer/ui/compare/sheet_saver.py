"""Makes a sheet and writes it, in a thread, with progress and a cancel that works at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from dinoexplorer.comparing.making import Progress
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.stage_clock import StageClock, Step
from dinoexplorer.picture_files import save_png
from dinoexplorer.ui.background import Background
from training.errors import TrainingError

Work = Callable[[Progress], ByteArray]


class CancelledError(Exception):
    """Raised in the thread of a sheet that is not wanted any more."""


class SheetSaver(QObject):
    """One sheet at a time; what is asked for later ends what is under way. Nothing is written of one that was ended."""

    began = Signal(str)  # the name of the file
    progressed = Signal(object)  # Step
    saved = Signal(object)  # Path
    failed = Signal(str)  # a sentence
    ended = Signal()  # whatever was under way is over

    _told = Signal(int, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._asker = parent
        self._number = 0
        self._working = False
        self._dialog: QFileDialog | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._told.connect(self._on_told)

    @property
    def working(self) -> bool:
        """Whether a sheet is being made."""
        return self._working

    @property
    def dialog(self) -> QFileDialog | None:
        """The question where to save, while it is asked."""
        return self._dialog

    def ask_where(self, proposed: Path, work: Work) -> None:
        """Ask for a place, then make the sheet. Never blocks."""
        dialog = QFileDialog(self._asker, "Save the comparison", str(proposed.parent))
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PNG pictures (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.selectFile(str(proposed))
        dialog.fileSelected.connect(partial(self._on_chosen, work))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_closed)
        self._dialog = dialog
        dialog.open()

    def save(self, path: Path, work: Work) -> None:
        """Make the sheet and write it to ``path``."""
        self.cancel()
        self._working = True
        number = self._number

        def run() -> Path:
            sheet = work(self._progress_of(number))
            self._go_on(number)
            save_png(path, sheet)
            return path

        self.began.emit(path.name)
        self._background.start(str(number), run)

    @Slot()
    def cancel(self) -> None:
        """End what is under way."""
        self._number += 1
        if self._working:
            self._working = False
            self.ended.emit()

    def close(self) -> None:
        """End what is under way and wait for its thread."""
        self.cancel()
        self._background.close()

    def _progress_of(self, number: int) -> Progress:
        clock = StageClock()

        def progress(done: int, total: int) -> None:
            self._go_on(number)
            self._told.emit(number, clock.step("checkpoints", done, total))

        return progress

    def _go_on(self, number: int) -> None:
        if number != self._number:
            raise CancelledError

    def _on_chosen(self, work: Work, path: str) -> None:
        self.save(Path(path), work)

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None

    @Slot(int, object)
    def _on_told(self, number: int, step: Step) -> None:
        if self._working and number == self._number:
            self.progressed.emit(step)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        if not self._working or int(number) != self._number:
            return
        self._working = False
        self.ended.emit()
        if isinstance(result, Path):
            self.saved.emit(result)
        elif isinstance(result, GeneratorError | TrainingError):
            self.failed.emit(str(result))
        elif isinstance(result, Exception):
            cause = str(result).strip().partition("\n")[0].rstrip(".") or type(result).__name__
            self.failed.emit(f"This sheet could not be made: {cause}; ask for fewer checkpoints.")
