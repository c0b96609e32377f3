"""Small pictures of codes, made beside the live renderer and kept: for pins, the history, strips and sheets."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators import Generator
from dinoexplorer.generators.generator import ByteArray, FloatArray
from dinoexplorer.rendering.live_activity import LiveActivity

BATCH_SECONDS = 0.022  # a live request waits for one batch at most
_LARGEST_BATCH = 32
_MOST_BYTES = 48 << 20
_MOST_WAITING = 2000
Key = tuple[bytes, int]


class Thumbnailer(QObject):
    """Makes what was asked for last first, in small batches while the live picture is at rest.

    `made` tells that some of what was asked for is there; several may be told at once. The thread begins with the first
    wish and sleeps without one. A picture that cannot be made is a plain grey one, since the live picture says why.
    """

    made = Signal()

    def __init__(self, activity: LiveActivity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._activity, self._changed = activity, activity.changed
        self._generator: Generator | None = None
        self._kept: OrderedDict[Key, ByteArray] = OrderedDict()
        self._bytes = 0
        self._wanted: OrderedDict[Key, FloatArray] = OrderedDict()
        self._told = self._working = self._closed = False
        self._seconds = BATCH_SECONDS  # for one picture, lately
        self._thread: threading.Thread | None = None

    def follow(self, generator: Generator | None) -> None:
        """Make the pictures of another generator from now on; those of the old one are forgotten."""
        with self._changed:
            if self._same_model(generator):  # on another device: the pictures stay
                self._generator = generator
                return
            self._generator, self._seconds, self._bytes = generator, BATCH_SECONDS, 0
            self._kept.clear()
            self._wanted.clear()

    def picture(self, code: FloatArray, side: int) -> ByteArray | None:
        """The picture of ``code`` ``(dim,)`` as ``(side, side, 3)``; None where it is yet to be made, which it will."""
        key = (np.ascontiguousarray(code, np.float32).tobytes(), side)
        with self._changed:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
            if self._generator is None or self._closed:
                return None
            self._wanted[key] = np.array(code, np.float32)
            self._wanted.move_to_end(key)
            if len(self._wanted) > _MOST_WAITING:
                self._wanted.popitem(last=False)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="thumbnails", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return None

    @property
    def busy(self) -> bool:
        """Whether something is being made, or waits to be."""
        with self._changed:
            return self._working or bool(self._wanted)

    def close(self) -> None:
        """End the thread; waits for the batch that is under way."""
        with self._changed:
            self._closed = True
            self._wanted.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _same_model(self, other: Generator | None) -> bool:
        mine = self._generator
        return mine is not None and other is not None and mine.info.shares_codes_with(other.info)

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            generator, wanted = batch
            began = time.perf_counter()
            pictures = _made(generator, wanted)
            self._keep(generator, wanted, pictures, time.perf_counter() - began)

    def _next_batch(self) -> tuple[Generator, list[tuple[Key, FloatArray]]] | None:
        """Sleep until the live picture is at rest and something is wanted; None at the end."""
        with self._changed:
            while not self._closed:
                rest = self._activity.until_rest() if self._wanted else None
                if rest == 0 and self._generator is not None:
                    count = min(max(int(BATCH_SECONDS / self._seconds), 1), _LARGEST_BATCH, len(self._wanted))
                    self._working = True
                    return self._generator, [self._wanted.popitem() for _ in range(count)]
                self._changed.wait(rest)
            return None

    def _keep(
        self, generator: Generator, wanted: list[tuple[Key, FloatArray]], pictures: list[ByteArray], seconds: float
    ) -> None:
        with self._changed:
            self._working = False
            self._seconds = max(seconds / len(wanted), 1e-5)
            if self._closed or not self._same_model(generator):
                return
            for (key, _), picture in zip(wanted, pictures, strict=True):
                self._wanted.pop(key, None)  # asked for again meanwhile
                self._bytes += picture.nbytes - (self._kept[key].nbytes if key in self._kept else 0)
                self._kept[key] = picture
            while self._bytes > _MOST_BYTES:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        self.made.emit()


def _made(generator: Generator, wanted: list[tuple[Key, FloatArray]]) -> list[ByteArray]:
    try:
        images = generator.decode(np.stack([code for _, code in wanted]))
    except Exception:  # noqa: BLE001  the live picture of such a code says why; here it must not end the thread
        return [np.full((side, side, 3), 128, np.uint8) for (_, side), _ in wanted]
    return [_resized(image, side) for image, ((_, side), _) in zip(images, wanted, strict=True)]


def _resized(image: ByteArray, side: int) -> ByteArray:
    if image.shape[0] == side:
        return image.copy()
    filtered = Image.Resampling.LANCZOS if image.shape[0] > side else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(image).resize((side, side), filtered))
