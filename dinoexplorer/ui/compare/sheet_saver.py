"""Makes a sheet and writes it, in a thread, with progress and a cancel that works at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from dinoexplorer.comparing.making import Progress
from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.latent.stage_clock import StageClock
from dinoexplorer.picture_files import save_png
from dinoexplorer.ui.one_work import Line, OneWork
from dinoexplorer.ui.save_dialog import ask_where_to_save

Work = Callable[[Progress], ByteArray]


class SheetSaver(OneWork):
    """One sheet at a time; what is asked for later ends what is under way. Nothing is written of one that was ended."""

    began = Signal(str)  # the name of the file
    progressed = Signal(object)  # Step
    saved = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__("This sheet could not be made: {cause}; ask for fewer checkpoints.", parent)
        self._asker = parent
        self._dialog: QFileDialog | None = None

    @property
    def dialog(self) -> QFileDialog | None:
        """The question where to save, while it is asked."""
        return self._dialog

    def ask_where(self, proposed: Path, work: Work) -> None:
        """Ask for a place, then make the sheet. Never blocks."""
        dialog = ask_where_to_save(self._asker, "Save the comparison", str(proposed), "PNG picture", "png")
        dialog.fileSelected.connect(partial(self._on_chosen, work))
        dialog.finished.connect(self._on_closed)
        self._dialog = dialog

    def save(self, path: Path, work: Work) -> None:
        """Make the sheet and write it to ``path``."""

        def run(line: Line) -> Path:
            clock = StageClock()
            sheet = work(lambda done, total: line.tell(clock.step("checkpoints", done, total)))
            line.check()
            save_png(path, sheet)
            return path

        self._begin(run, self.saved.emit, self.progressed.emit)
        self.began.emit(path.name)

    def _on_chosen(self, work: Work, path: str) -> None:
        self.save(Path(path), work)

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None
