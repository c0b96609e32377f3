"""Makes maps and lays them out anew, in a thread, with progress and a cancel that works at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator, GeneratorInfo
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_data import MapData
from dinoexplorer.latent.map_keeping import keep_choice, keep_map
from dinoexplorer.latent.map_making import make_map
from dinoexplorer.latent.map_stages import Progress
from dinoexplorer.latent.planes import Plane, plane_map
from dinoexplorer.latent.reprojecting import reproject
from dinoexplorer.latent.stage_cache import StageCache
from dinoexplorer.latent.stage_clock import StageClock, Step
from dinoexplorer.latent.steering import SteeringMap, prepare_steering
from dinoexplorer.ui.one_work import Line, OneWork


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


class MapMaker(OneWork):
    """Does one thing at a time; what is asked for later ends what is under way. Its stages are kept for later."""

    progressed = Signal(object)  # Step
    ready = Signal(object)  # MapReady

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This map could not be made: {cause}; choose another kind of map.", parent)

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

    def _start(self, work: Work) -> None:
        def run(line: Line) -> str:
            clock = StageClock()
            return work(lambda name, done, total: line.tell_step(name, clock.step(name, done, total)), line.tell)

        self._begin(run, self._on_done, self._on_heard)

    def _on_heard(self, something: Step | MapReady) -> None:
        (self.progressed if isinstance(something, Step) else self.ready).emit(something)

    def _on_done(self, sentence: str) -> None:
        if sentence:
            self.failed.emit(sentence)


def _ready(base: LatentMap, shown: LatentMap, info: GeneratorInfo, *, refined: bool = False) -> MapReady:
    steering = prepare_steering(shown, info.latent)
    if steering is None:
        raise GeneratorError("This map has no points; make it anew.")
    return MapReady(base, steering, refined)
