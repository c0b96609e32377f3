"""What takes time on the way from a picture to its code: reading it, cutting it, searching."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator, GeneratorInfo
from dinoexplorer.latent.inversion.alignment import Aligned, Content, Rectangle, align, whole
from dinoexplorer.latent.inversion.asking import SearchState
from dinoexplorer.latent.inversion.figures import ssim
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.dataset.pixels import image_of
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.one_work import Line, OneWork

Source = Path | QImage
_SIDE = 1024  # pixels of the copy in which the crop is chosen
_TOLD_APART = 0.1  # seconds; SSIM is computed for what is told alone


@dataclass(frozen=True, eq=False, slots=True)
class Original:
    """A picture that was read: its content, a copy to look at, and what a generator sees of it at first."""

    content: Content
    image: QImage
    aligned: Aligned


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """Where a search stands, and the SSIM of the best picture so far."""

    state: SearchState
    ssim: float


class EmbeddingWork(OneWork):
    """Does one of these at a time; what is asked for later ends what is under way, and is alone heard of."""

    read = Signal(object)  # Original
    cut = Signal(object)  # Aligned
    went = Signal(object)  # Progress
    found = Signal(object)  # Progress, when all steps are done or it was stopped

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This picture cannot be brought in: {cause}.", parent)
        self._stopped = threading.Event()
        self._wanted: object = None  # the part that was asked for last, while it is
        self._cuts = LatestWork(self)  # a key that is held asks for more parts than can be cut
        self._cuts.done.connect(self._on_cut)

    def look(self, source: Source, info: GeneratorInfo) -> None:
        """Read a picture; `read` or `failed` follows."""
        self._begin(partial(_look, source, info), self.read.emit, _nothing)

    def recut(self, content: Content, info: GeneratorInfo, crop: Rectangle) -> None:
        """Take another part of a picture; `cut` or `failed` follows."""
        self.cancel()
        self._wanted = object()
        self._cuts.ask(self._wanted, partial(_cut, content, info, crop))

    def search(self, generator: Generator, target: ByteArray, latent_map: LatentMap | None) -> None:
        """Search for the code of ``target``; `went` tells how it goes, `found` or `failed` follows."""
        self._stopped = threading.Event()  # one that is ended by another keeps its own
        work = partial(_search, generator, target, latent_map, self._stopped)
        self._begin(work, self.found.emit, self.went.emit)

    @Slot()
    def stop(self) -> None:
        """End the search after its present step; `found` follows with the best so far."""
        self._stopped.set()

    @Slot()
    def cancel(self) -> None:
        self._wanted = None
        super().cancel()

    def close(self) -> None:
        super().close()
        self._cuts.close()

    @Slot(object, object)
    def _on_cut(self, wanted: object, result: Aligned | str) -> None:
        if wanted is not self._wanted:
            return
        if isinstance(result, str):
            self.failed.emit(result)
        else:
            self.cut.emit(result)


def _look(source: Source, info: GeneratorInfo, line: Line) -> Original:
    content = _pixels_of(source) if isinstance(source, QImage) else source
    copy = whole(content, _SIDE)
    line.check()
    return Original(content, image_of(copy.pixels), align(content, info))


def _cut(content: Content, info: GeneratorInfo, crop: Rectangle) -> Aligned | str:
    try:
        return align(content, info, crop)
    except GeneratorError as error:
        return str(error)


def _search(
    generator: Generator, target: ByteArray, latent_map: LatentMap | None, stopped: threading.Event, line: Line
) -> Progress:
    from dinoexplorer.latent.inversion.embedding import Embedding, usual_starts  # noqa: PLC0415  imports torch

    embedding = Embedding(generator, target, starts=usual_starts(generator, latent_map))
    state, told = embedding.step(), 0.0
    while not (state.done or stopped.is_set()):
        line.check()
        if time.monotonic() - told > _TOLD_APART:
            line.tell(_progress(state, target))
            told = time.monotonic()
        state = embedding.step()
    return _progress(state, target)


def _progress(state: SearchState, target: ByteArray) -> Progress:
    return Progress(state, ssim(target, state.best_picture))


def _pixels_of(image: QImage) -> ByteArray:
    """The pixels ``(h, w, 4)`` of a picture from the clipboard."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine() // 4, 4)
    return rows[:, : plain.width()].copy()


def _nothing(_told: object) -> None:
    pass
