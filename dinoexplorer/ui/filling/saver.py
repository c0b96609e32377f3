"""A filled picture on its way to a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinoexplorer.latent.inversion.alignment import Content, Rectangle
from dinoexplorer.picture_files import save_png
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.filling.filling_work import Mask
from dinoexplorer.ui.saving import pictures_folder, proposed_path

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.inpainting import Edge, Proposal

Origin = tuple[Content, Rectangle]
"""What a picture was cut out of, and what was taken of it."""


@dataclass(frozen=True, eq=False, slots=True)
class Filled:
    """What is saved: a filling, its hole and edge, and the picture that it was cut out of, if it was."""

    proposal: Proposal
    mask: Mask
    edge: Edge
    origin: Origin | None


class Saver(QObject):
    """Asks where a filled picture goes, and writes it beside whatever else is under way."""

    began = Signal(object)  # Path
    saved = Signal(object)  # Path
    failed = Signal(str)

    def __init__(self, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self.chooser = FileChooser(window)
        self._folder = Path(pictures_folder())
        self._filled: Filled | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self.chooser.picture_chosen.connect(self._on_place_chosen)

    def ask(self, filled: Filled, title: str) -> None:
        """Ask where it goes; `began` and then `saved` or `failed` follow."""
        self._filled = filled
        self.chooser.ask_for_picture(proposed_path(self._folder, title))

    def close(self) -> None:
        """Wait for what is being written."""
        self._background.close()

    @Slot(object)
    def _on_place_chosen(self, path: Path) -> None:
        if self._filled is not None:
            self._folder = path.parent
            self.began.emit(path)
            self._background.start("save", partial(_save, self._filled, path))

    @Slot(str, object)
    def _on_finished(self, _task: str, result: object) -> None:
        if isinstance(result, Exception):
            self.failed.emit(str(result))
        else:
            self.saved.emit(result)


def _save(filled: Filled, path: Path) -> Path:
    from dinoexplorer.latent.inversion.full_size import fill_whole  # noqa: PLC0415  Pillow, only for a file

    picture = filled.proposal.picture
    if filled.origin is not None:
        picture = fill_whole(*filled.origin, filled.proposal.decoded, filled.mask, filled.edge)
    save_png(path, picture)
    return path
