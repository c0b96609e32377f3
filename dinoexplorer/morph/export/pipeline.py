"""Decoding, converting and writing at the same time.

One thread decodes in batches, some threads scale and convert frames, the calling thread writes them in order. What
waits between them is bounded, so that memory does not grow with the length of the film.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.export.cancelling import Cancellation, Cancelled
from dinoexplorer.morph.export.settings import Writer
from dinoexplorer.morph.reel import Pause, Reel, Unfinished

_WAITING_BYTES = 192 * 2**20
_LEAST_WAITING, _MOST_WAITING = 4, 64
_PREVIEWS = 4  # a second of work at most


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """How far an export is.

    Attributes
    ----------
    done, total : int
        Frames.
    rate : float
        Frames a second so far.
    preview : uint8 (h, w, 3 or 4) or None
        The frame that was just written, now and then.
    """

    done: int
    total: int
    rate: float
    preview: ByteArray | None = None


Told = Callable[[Progress], None]
"""Is told of every frame; what it raises ends the export and comes out of it."""
_Prepared = tuple[Any, ByteArray]


def core_count() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pipeline:
    """Runs a reel through a writer, once; before each batch it asks ``pause``, where it may be held up."""

    def __init__(
        self, reel: Reel, writer: Writer, workers: int, cancellation: Cancellation, pause: Pause | None = None
    ) -> None:
        self._reel, self._pause = reel, pause
        self._cancellation = cancellation
        self._writer = writer
        self._workers = workers
        size = reel.height * reel.width * reel.channels
        waiting = max(_LEAST_WAITING, min(_MOST_WAITING, _WAITING_BYTES // size))
        self._queue: queue.Queue[Future[_Prepared] | BaseException | None] = queue.Queue(waiting)  # None ends it
        self._stopped = threading.Event()
        self._ended = False

    def run(self, progress: Told | None) -> None:
        """Write every frame. Raises what decoding, writing or ``progress`` raise; no thread is left then."""
        with ThreadPoolExecutor(self._workers, "film") as pool:
            decoding = threading.Thread(target=self._decode, args=(pool,), name="film-decode")
            decoding.start()
            self._cancellation.wakes(self._wake)
            try:
                self._write(progress)
            finally:
                self._cancellation.wakes(None)
                self._stopped.set()
                self._drain()
                decoding.join()

    def _decode(self, pool: ThreadPoolExecutor) -> None:
        try:
            for unfinished in self._reel.unfinished(self._pause):
                if self._stopped.is_set():
                    return
                self._queue.put(pool.submit(self._prepare, unfinished))
        except BaseException as error:  # noqa: BLE001  comes out of `run`, in the thread that can tell of it
            self._queue.put(error)
        finally:
            self._queue.put(None)

    def _prepare(self, unfinished: Unfinished) -> _Prepared:
        picture = unfinished()
        return self._writer.prepare(picture), picture

    def _write(self, progress: Told | None) -> None:
        total = self._reel.frames
        started = shown = time.monotonic()
        if progress is not None:
            progress(Progress(0, total, 0.0))
        for done in range(1, total + 1):
            prepared, picture = self._next()
            self._writer.write(prepared)
            if progress is not None:
                now = time.monotonic()
                due = done in {1, total} or now - shown > 1 / _PREVIEWS
                shown = now if due else shown
                progress(Progress(done, total, done / max(now - started, 1e-9), picture if due else None))

    def _wake(self) -> None:
        with suppress(queue.Full):  # then nobody waits
            self._queue.put_nowait(Cancelled())

    def _next(self) -> _Prepared:
        if self._cancellation.requested:
            raise Cancelled
        item = self._queue.get()
        if isinstance(item, BaseException):
            raise item
        if item is None:
            self._ended = True
            raise RuntimeError("the decoding thread ended before the film did")
        return item.result()

    def _drain(self) -> None:
        """Take everything out up to the end, so that the decoding thread is not left waiting for a place."""
        while not self._ended:
            item = self._queue.get()
            self._ended = item is None
            if isinstance(item, Future):
                item.cancel()
