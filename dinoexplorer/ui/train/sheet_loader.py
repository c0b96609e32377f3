"""Sample sheets read off the window's thread, the newest wish first, and kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage, QImageReader

from dinoexplorer.ui.background import Background

ROOM = 64 * 1024 * 1024
"""Bytes of pictures that are kept."""
LARGEST = 4096 * 4096
"""Pixels of the largest sheet that is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet as it was read, or why it could not be."""

    path: Path
    image: QImage
    problem: str = ""


def read_sheet(path: Path, largest: int = LARGEST) -> Sheet:
    """Read a sheet; what is too large is refused before it takes memory."""
    reader = QImageReader(str(path))
    size: QSize = reader.size()
    if size.isValid() and size.width() * size.height() > largest:
        text = f"{path.name} is {size.width():,} x {size.height():,} pixels, more than is shown here"
        return Sheet(path, QImage(), f"{text}; open it from the folder of the run.")
    image = reader.read()
    if image.isNull():
        why = "it is not there any more" if not path.is_file() else "it is not a whole picture"
        return Sheet(path, QImage(), f"{path.name} cannot be shown: {why}; the next sheet replaces it.")
    return Sheet(path, image.convertToFormat(QImage.Format.Format_RGB32))


class SheetLoader(QObject):
    """Reads one sheet at a time; of wishes that come meanwhile only the last counts."""

    loaded = Signal(object)  # Sheet

    def __init__(self, parent: QObject | None = None, *, room: int = ROOM) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._kept: OrderedDict[tuple[Path, int, int], Sheet] = OrderedDict()  # touched by one thread at a time
        self._room = room
        self._wanted: Path | None = None
        self._busy = False

    @property
    def is_busy(self) -> bool:
        return self._busy

    @property
    def kept_bytes(self) -> int:
        """How much is kept at present."""
        return sum(sheet.image.sizeInBytes() for sheet in self._kept.values())

    def want(self, path: Path) -> None:
        """Read this sheet next; `loaded` brings it."""
        self._wanted = path
        if not self._busy:
            self._begin()

    def close_down(self) -> None:
        """Wait for what is being read."""
        self._wanted = None
        self._background.close()

    def _begin(self) -> None:
        path, self._wanted = self._wanted, None
        if path is not None:
            self._busy = True
            self._background.start(f"sheet {path.name}", partial(self._read, path))

    def _read(self, path: Path) -> Sheet:
        try:
            stat = path.stat()
        except OSError:
            return read_sheet(path)
        key = (path, stat.st_mtime_ns, stat.st_size)  # a resumed run writes a sheet of that name anew
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        sheet = read_sheet(path)
        if not sheet.problem:
            self._kept[key] = sheet
            while self.kept_bytes > self._room and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return sheet

    @Slot(str, object)
    def _on_finished(self, _name: str, result: object) -> None:
        self._busy = False
        if isinstance(result, Sheet):
            self.loaded.emit(result)
        if self._wanted is not None:
            self._begin()
