"""The worker beside the live renderer that fills the atlas, and gives way to the live picture."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators import GeneratorError
from dinoexplorer.latent.atlas import Cell
from dinoexplorer.latent.atlas_tiles import Tile
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.rendering.renderer import cause_of

BATCH_SECONDS = 0.022  # a live request waits for one batch at most
_LARGEST_BATCH = 64


@dataclass(frozen=True, eq=False, slots=True)
class AtlasJob:
    """The cells that are wanted, the first first, and what makes their tiles.

    ``generation`` is the number of the map, generator and tile size, so that no tile of an old one appears.
    """

    generation: int
    make: Callable[[Sequence[Cell]], list[Tile]]
    cells: tuple[Cell, ...]


class AtlasDecoder(QObject):
    """Makes tiles in small batches while the live picture is at rest; a newer job replaces an older one.

    `tiles_made` tells that `take_tiles` has something. The thread begins with the first job and sleeps without one.
    """

    tiles_made = Signal()
    failed = Signal(int, str)  # generation, sentence; nothing more is made of that job

    def __init__(self, activity: LiveActivity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._activity, self._changed = activity, activity.changed
        self._job: AtlasJob | None = None
        self._left: deque[Cell] = deque()
        self._made: list[tuple[int, Tile]] = []
        self._told = self._working = self._closed = False
        self._seconds = BATCH_SECONDS  # for one tile, lately
        self._thread: threading.Thread | None = None

    def want(self, job: AtlasJob | None) -> None:
        """Make the tiles of ``job`` and no others from now on; None to make no more."""
        with self._changed:
            if self._closed:
                return
            if job is not None and self._job is not None and job.generation != self._job.generation:
                self._seconds = BATCH_SECONDS
            waiting = {tile.cell for generation, tile in self._made if job and generation == job.generation}
            self._job = job
            self._left = deque(cell for cell in job.cells if cell not in waiting) if job else deque()
            if self._left and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="atlas", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether there is something left to make or to take."""
        with self._changed:
            return self._working or bool(self._left or self._made)

    def take_tiles(self, generation: int) -> list[Tile]:
        """What was made since the last call; tiles of another generation are dropped."""
        with self._changed:
            made, self._made, self._told = self._made, [], False
        return [tile for number, tile in made if number == generation]

    def close(self) -> None:
        """End the thread; waits for the batch that is under way."""
        with self._changed:
            self._closed, self._job = True, None
            self._left.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            job, cells = batch
            began = time.perf_counter()
            try:
                tiles = job.make(cells)
            except GeneratorError as error:
                self._give_up(job, str(error))
            except Exception as error:  # noqa: BLE001  a thread has nobody above it; the panel shows the cause
                self._give_up(job, f"The atlas could not be made: {cause_of(error)}. Open the checkpoint again.")
            else:
                self._keep(job, tiles, time.perf_counter() - began)

    def _next_batch(self) -> tuple[AtlasJob, list[Cell]] | None:
        """Sleep until the live picture is at rest and something is wanted; None at the end."""
        with self._changed:
            while not self._closed:
                rest = self._activity.until_rest() if self._left else None
                if rest == 0 and self._job is not None:
                    count = min(max(int(BATCH_SECONDS / self._seconds), 1), _LARGEST_BATCH, len(self._left))
                    self._working = True
                    return self._job, [self._left.popleft() for _ in range(count)]
                self._changed.wait(rest)
            return None

    def _keep(self, job: AtlasJob, tiles: list[Tile], seconds: float) -> None:
        with self._changed:
            self._working = False
            each = seconds / len(tiles)
            self._seconds = each if each > self._seconds else (self._seconds + each) / 2
            if self._closed or self._job is None or self._job.generation != job.generation:
                return
            self._made.extend((job.generation, tile) for tile in tiles)
            done = {tile.cell for tile in tiles}  # a job that came meanwhile may want them again
            self._left = deque(cell for cell in self._left if cell not in done)
            tell, self._told = not self._told, True
        if tell:
            self.tiles_made.emit()

    def _give_up(self, job: AtlasJob, sentence: str) -> None:
        with self._changed:
            self._working = False
            current = self._job is not None and self._job.generation == job.generation
            if current:
                self._job = None
                self._left.clear()
        if current:
            self.failed.emit(job.generation, sentence)
