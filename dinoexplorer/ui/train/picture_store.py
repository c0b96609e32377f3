"""Pictures of runs in the sizes they are shown in: read and scaled in a thread, kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.ui.train.sheet_canvas import Cells
from dinoexplorer.ui.train.sheet_loader import read_sheet

ROOM = 96 * 1024 * 1024
"""Bytes of pictures that are kept."""
_MOST_WISHES = 400
_BREATH = 15  # milliseconds in which arrivals are gathered


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture as it shall be shown.

    Attributes
    ----------
    width, height
        What it must fit in, in pixels of the device.
    first
        Only the first picture of a sheet, instead of all of it.
    """

    path: Path
    width: int
    height: int
    first: bool = False


def fulfil(wish: Wish) -> QImage:
    """Read and scale; a null image when the file is no picture. Takes its time, so not for the window's thread."""
    image = read_sheet(wish.path).image
    cells = Cells.of(image.size()) if wish.first and not image.isNull() else None
    if cells is not None:
        image = image.copy(cells.rect(0))
    return scaled_to(image, QSize(wish.width, wish.height))


def scaled_to(image: QImage, room: QSize) -> QImage:
    """As large as it fits; enlarged by whole numbers where it can be, so that pixels stay crisp."""
    if image.isNull() or room.isEmpty():
        return image
    scale = min(room.width() / image.width(), room.height() / image.height())
    mode = Qt.TransformationMode.SmoothTransformation
    if scale >= 2:
        scale, mode = int(scale), Qt.TransformationMode.FastTransformation
    size = QSize(max(round(image.width() * scale), 1), max(round(image.height() * scale), 1))
    return image if size == image.size() else image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)


class PictureStore(QObject):
    """Hands out what it has and fetches what it has not, the newest wish first. Its thread ends when all is there."""

    arrived = Signal()  # pictures that were missing are there now
    _fetched = Signal(object, QImage)

    def __init__(self, parent: QObject | None = None, *, room: int = ROOM) -> None:
        super().__init__(parent)
        self._room, self._used = room, 0
        self._kept: OrderedDict[Wish, QImage] = OrderedDict()
        self._shapes: dict[Path, float] = {}
        self._wishes: OrderedDict[Wish, None] = OrderedDict()
        self._lock = threading.Lock()  # guards the four below
        self._under_way: Wish | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._breath = QTimer(self, interval=_BREATH, singleShot=True)
        self._breath.timeout.connect(self.arrived)
        self._fetched.connect(self._on_fetched, Qt.ConnectionType.QueuedConnection)

    @property
    def kept_bytes(self) -> int:
        """How much is kept at present."""
        return self._used

    def picture(self, wish: Wish) -> QImage | None:
        """The picture when it is there, null when it cannot be read; else None, and `arrived` will tell."""
        found = self._kept.get(wish)
        if found is not None:
            self._kept.move_to_end(wish)
            return found
        with self._lock:
            if self._closed or wish == self._under_way:
                return None
            self._wishes[wish] = None
            self._wishes.move_to_end(wish)
            if len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)  # asked for again when it is painted again
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
                self._thread.start()
        return None

    def shape_of(self, path: Path) -> float | None:
        """Height of a whole sheet by its width; None before it was read."""
        return self._shapes.get(path)

    def close_down(self) -> None:
        """Wait for the picture that is being read; the others are dropped."""
        with self._lock:
            self._closed = True
            self._wishes.clear()
            thread = self._thread
        if thread is not None:
            thread.join()
        self._breath.stop()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wishes:
                    self._thread = self._under_way = None
                    return
                wish, _ = self._wishes.popitem(last=True)
                self._under_way = wish
            try:
                image = fulfil(wish)
            except Exception:  # noqa: BLE001  a picture that cannot be read must not end the thread
                image = QImage()
            with suppress(RuntimeError):  # the store went while a picture was read
                self._fetched.emit(wish, image)

    @Slot(object, QImage)
    def _on_fetched(self, wish: Wish, image: QImage) -> None:
        if self._closed:
            return
        before = self._kept.pop(wish, None)
        self._used += image.sizeInBytes() - (before.sizeInBytes() if before is not None else 0)
        self._kept[wish] = image
        if not wish.first and not image.isNull():
            self._shapes.setdefault(wish.path, image.height() / image.width())
        while self._used > self._room and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._used -= gone.sizeInBytes()
        if not self._breath.isActive():
            self._breath.start()
