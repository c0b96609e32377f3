"""Which picture all bring back: the one that is shown, or a file, of which the main one shows its own version too."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.comparing.subjects import Original, picture_file
from dinoexplorer.generators.generator import FloatArray, Generator
from dinoexplorer.rendering.renderer import Opened
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.compare.compare_bar import FILE
from dinoexplorer.ui.compare.file_asking import PICTURES, ask_for_files
from dinoexplorer.ui.explorer import Explorer

_ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


def is_picture(path: Path) -> bool:
    """Whether a file is called like a picture."""
    return path.suffix.lower() in _ENDINGS


class OriginalChoice(QObject):
    """A file holds until somebody moves on: the main one goes to its own code of it, and stands there.

    A main one without an encoder stays where it stands.
    """

    changed = Signal()
    failed = Signal(str)  # a sentence

    def __init__(self, explorer: Explorer, parent: QObject) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._opened: Opened | None = None
        self._original: Original | None = None
        self._stands: FloatArray | None = None
        self._number = 0
        self.note = ""
        self.dialog: QFileDialog | None = None
        self._background = Background(self)
        self._background.finished.connect(self._on_read)

    @property
    def name(self) -> str:
        """What the file is called, empty without one."""
        return "" if self._original is None else self._original.name

    def set_opened(self, opened: Opened) -> None:
        """Another main one: the file is left."""
        self._opened = opened
        self._leave()

    def at(self, code: FloatArray) -> Original | None:
        """The file, as long as the document stands at its code."""
        if self._original is not None and code is not self._stands:
            self._leave()
        return self._original

    @Slot(str)
    def choose(self, name: str) -> None:
        """Take the picture that is shown again, or ask for a file."""
        if name != FILE:
            self._leave()
            return
        self.dialog = ask_for_files(self._explorer.stage, "Compare a picture", "", PICTURES)
        self.dialog.filesSelected.connect(self._on_files_selected)

    def take(self, path: Path) -> None:
        """Read a picture file and have the main one go to its own code of it."""
        if self._opened is not None:
            self._number += 1
            self._background.start(str(self._number), partial(_read, self._opened.generator, path))

    def close(self) -> None:
        """Wait for what is being read."""
        self._background.close()

    def _leave(self) -> None:
        self._number += 1  # what is being read is not wanted any more
        if self._original is not None:
            self._original, self._stands, self.note = None, None, ""
            self.changed.emit()

    @Slot(list)
    def _on_files_selected(self, paths: list[str]) -> None:
        self.take(Path(paths[0]))

    @Slot(str, object)
    def _on_read(self, number: str, result: object) -> None:
        document = self._explorer.document
        if int(number) != self._number or document is None or self._opened is None:
            return
        if isinstance(result, tuple):
            original, code = result
            self._explorer.settle()
            if code is not None:
                document.set_latent(code, f"put in {original.name}")
            info = self._opened.generator.info
            other = f"{info.name} has no encoder: it shows another picture than {original.name}."
            self.note = "" if info.encoder else other
            self._original, self._stands = original, document.latent
            self.changed.emit()
        elif isinstance(result, Exception):
            self.failed.emit(str(result) or type(result).__name__)


def _read(generator: Generator, path: Path) -> tuple[Original, FloatArray | None]:
    original = picture_file(path)
    picture = original.seen_by(generator.info)
    return original, generator.encode(picture[None])[0] if generator.info.encoder else None
