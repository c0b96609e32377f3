"""What is dropped on the timeline: codes from another panel, or files that bring some or are pictures to be encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Signal

from dinoexplorer.document.opening import NoPlaceError, open_document
from dinoexplorer.document.pin_import import Named, import_pins
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator
from dinoexplorer.ui.code_mime import has_codes
from dinoexplorer.ui.dropping import dropped_paths
from dinoexplorer.ui.one_work import Line, OneWork
from dinoexplorer.ui.pins.pin_traffic import is_import

_PLACES = {".json", ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".mp4", ".webm"}
_FAILURE = "What was dropped could not be read: {cause}. Drop another file."


def files_with_codes(data: QMimeData) -> list[Path]:
    """The files being dropped that may bring codes, by their names; others are the window's."""
    return [path for path in dropped_paths(data) if is_import(path) or path.suffix.lower() in _PLACES]


def may_be_dropped(data: QMimeData) -> bool:
    """Whether keyframes may come of what is being dragged."""
    return has_codes(data) or bool(files_with_codes(data))


def codes_of_file(path: Path, generator: Generator) -> list[Named]:
    """The codes that a file brings: a table of codes, the place of a document, picture or film of ours, or the code
    that the encoder finds for any other picture.

    Raises
    ------
    GeneratorError
        With a sentence that names the file and says why nothing comes of it.
    """
    info = generator.info
    if is_import(path):
        found = import_pins(path, info.latent)
        names = [path.stem] if len(found) == 1 else [f"{path.stem} {number + 1}" for number in range(len(found))]
        return [(name or other, code) for (name, code), other in zip(found, names, strict=True)]
    try:
        return [(path.name.partition(".")[0], open_document(path).standing(info.latent).latent)]
    except NoPlaceError:
        if not info.encoder:
            raise GeneratorError(
                f"{path.name} carries no place, and {info.name} has no encoder that would find one; "
                f"drop a picture that was saved here."
            ) from None
    from dinoexplorer.comparing.subjects import picture_file  # noqa: PLC0415  reads pictures, which few drops need

    return [(path.stem, generator.encode(picture_file(path).seen_by(info)[None])[0])]


class DroppedFiles(OneWork):
    """Reads files in a thread, one after the other; what is dropped later ends what is being read."""

    reading = Signal(str)  # what is being read; empty when nothing is any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_FAILURE, parent)
        self.ended.connect(self._on_ended)

    def read(self, paths: Sequence[Path], generator: Generator, then: Callable[[list[Named]], None]) -> None:
        """Have ``then`` get the codes of all of them; `failed` follows where one brings none."""

        def work(line: Line) -> Any:
            named: list[Named] = []
            for path in paths:
                line.tell(path.name)
                named += codes_of_file(path, generator)
            return named

        self._begin(work, then, self.reading.emit)

    def _on_ended(self) -> None:
        self.reading.emit("")
