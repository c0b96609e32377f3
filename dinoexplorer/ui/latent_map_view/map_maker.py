"""Makes maps and lays them out anew, in a thread, with progress and a cancel that works at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_data import MapData
from dinoexplorer.latent.map_keeping import keep_choice, keep_map
from dinoexplorer.latent.map_making import make_map
from dinoexplorer.latent.map_stages import BuildCancelledError, Progress
from dinoexplorer.latent.planes import Plane, plane_map
from dinoexplorer.latent.reprojecting import reproject
from dinoexplorer.latent.stage_cache import StageCache
from dinoexplorer.latent.stage_clock import StageClock, Step
from dinoexplorer.latent.steering import SteeringMap, prepare_steering
from dinoexplorer.ui.background import Background

_TOLD_APART = 0.05  # seconds; a fast stage tells thousands of steps


@dataclass(frozen=True, eq=False, slots=True)
class MapReady:
    """A map to be shown: what it was laid out from, and the map itself made ready to steer by.

    ``refined`` tells that its points are where they were, and only the way back is better.
    """

    base: LatentMap
    steering: SteeringMap
    refined: bool = False


Show = Callable[[MapReady], None]
Work = Callable[[Progress, Show], str]
"""Work beside the window; the sentence that it returns says what went wrong all the same."""


class MapMaker(QObject):
    """Does one thing at a time; what is asked for later ends what is under way. Its stages are kept for later."""

    progressed = Signal(object)  # Step
    ready = Signal(object)  # MapReady
    failed = Signal(str)  # a sentence
    ended = Signal()  # whatever was under way is over, done or not

    _told = Signal(int, object)
    _made = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._working = False
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._told.connect(self._on_told)
        self._made.connect(self._on_made)

    @property
    def working(self) -> bool:
        """Whether a map is being made."""
        return self._working

    def make(self, generator: Generator, data: MapData | None, method: str, *, beside: bool) -> None:
        """Make a map of pictures or of samples, and keep it; see `make_map` and `keep_map`."""

        def work(progress: Progress, show: Show) -> str:
            made = make_map(generator, data, method=method, progress=progress, cache=StageCache())
            show(_ready(made, made, generator.info))
            keep_choice(generator.info, made)
            try:
                keep_map(generator.info, made, beside=beside)
            except GeneratorError as error:
                return str(error)
            return ""

        self._start(work)

    def lay_out(self, base: LatentMap, method: str, info: GeneratorInfo) -> None:
        """Lay a map out by another method; PCA is shown before its way back is learned."""

        def work(progress: Progress, show: Show) -> str:
            cache, at_once = StageCache(), method == "pca"
            if at_once:
                quick = reproject(base, method, info, quick=True, progress=progress, cache=cache)
                show(_ready(base, quick, info))
            whole = reproject(base, method, info, progress=progress, cache=cache)
            show(_ready(base, whole, info, refined=at_once))
            keep_choice(info, whole)
            return ""

        self._start(work)

    def lay_down(self, base: LatentMap, plane: Callable[[], Plane], info: GeneratorInfo) -> None:
        """Lay the images of a map down on a plane, which is computed aside too."""

        def work(_progress: Progress, show: Show) -> str:
            cut = plane_map(base, plane())
            show(_ready(base, cut, info))
            keep_choice(info, cut)
            return ""

        self._start(work)

    @Slot()
    def cancel(self) -> None:
        """End what is under way; the thread ends at its next step, and what it did is kept."""
        self._number += 1
        if self._working:
            self._working = False
            self.ended.emit()

    def close(self) -> None:
        """End what is under way and wait for its thread."""
        self.cancel()
        self._background.close()

    def _start(self, work: Work) -> None:
        self.cancel()
        self._working = True
        number = self._number

        def run() -> str:
            return work(self._progress_of(number), lambda made: self._show(number, made))

        self._background.start(str(number), run)

    def _progress_of(self, number: int) -> Progress:
        """What the thread of one piece of work tells its steps to."""
        clock, told, stage = StageClock(), 0.0, ""

        def progress(name: str, done: int, total: int) -> None:
            nonlocal told, stage
            self._go_on(number)
            step = clock.step(name, done, total)
            if name != stage or time.monotonic() - told > _TOLD_APART:
                told, stage = time.monotonic(), name
                self._told.emit(number, step)

        return progress

    def _show(self, number: int, made: MapReady) -> None:
        self._go_on(number)
        self._made.emit(number, made)

    def _go_on(self, number: int) -> None:
        if number != self._number:
            raise BuildCancelledError

    @Slot(int, object)
    def _on_told(self, number: int, step: Step) -> None:
        if self._working and number == self._number:
            self.progressed.emit(step)

    @Slot(int, object)
    def _on_made(self, number: int, made: MapReady) -> None:
        if self._working and number == self._number:
            self.ready.emit(made)

    @Slot(str, object)
    def _on_finished(self, number: str, result: object) -> None:
        if not self._working or int(number) != self._number:
            return
        self._working = False
        self.ended.emit()
        if isinstance(result, GeneratorError) or (isinstance(result, str) and result):
            self.failed.emit(str(result))
        elif isinstance(result, Exception):
            cause = str(result).strip().partition("\n")[0].rstrip(".") or type(result).__name__
            self.failed.emit(f"This map could not be made: {cause}; choose another kind of map.")


def _ready(base: LatentMap, shown: LatentMap, info: GeneratorInfo, *, refined: bool = False) -> MapReady:
    steering = prepare_steering(shown, info.latent)
    if steering is None:
        raise GeneratorError("This map has no points; make it anew.")
    return MapReady(base, steering, refined)
