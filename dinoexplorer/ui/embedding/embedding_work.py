"""What takes time on the way from a picture to its code: reading it, cutting it, searching."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator, GeneratorInfo
from dinoexplorer.latent.inversion.alignment import Aligned, Content, Rectangle, align, whole
from dinoexplorer.latent.inversion.asking import no_tuning
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.ui.dataset.pixels import image_of, pixels_of
from dinoexplorer.ui.embedding.session import Session
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.one_work import Line, OneWork

if TYPE_CHECKING:
    from dinoexplorer.latent.inversion.pursuit import Pursuit

Source = Path | QImage
_SIDE = 1024  # pixels of the copy in which the crop is chosen


@dataclass(frozen=True, eq=False, slots=True)
class Original:
    """A picture that was read: its content, a copy to look at, and what a generator sees of it at first.

    ``model_size`` is that of the generator's file in bytes; ``no_fitting`` says why it cannot be fitted, if so.
    """

    content: Content
    image: QImage
    aligned: Aligned
    model_size: int
    no_fitting: str


class EmbeddingWork(OneWork):
    """Does one of these at a time; what is asked for later ends what is under way, and is alone heard of."""

    read = Signal(object)  # Original
    cut = Signal(object)  # Aligned
    went = Signal(object)  # Progress
    found = Signal(object)  # Progress, when all steps are done or it was stopped
    kept = Signal(object)  # Path of the fitted model

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This picture cannot be brought in: {cause}.", parent)
        self._session: Session | None = None
        self._wanted: object = None  # the part that was asked for last, while it is
        self._cuts = LatestWork(self)  # a key that is held asks for more parts than can be cut
        self._cuts.done.connect(self._on_cut)

    def look(self, source: Source, info: GeneratorInfo) -> None:
        """Read a picture; `read` or `failed` follows."""
        self._begin(partial(_look, source, info), self.read.emit)

    def recut(self, content: Content, info: GeneratorInfo, crop: Rectangle) -> None:
        """Take another part of a picture; `cut` or `failed` follows."""
        self.cancel()
        self._wanted = object()
        self._cuts.ask(self._wanted, partial(_cut, content, info, crop))

    def search(
        self, generator: Generator, target: ByteArray, latent_map: LatentMap | None, *, fits: bool, kept: FloatArray
    ) -> None:
        """Search for the code of ``target``; `went` tells how it goes, `found` or `failed` follows.

        With ``fits`` a copy of the generator is then bent to it, in which the pictures of the codes ``kept`` stay.
        """
        self._session = Session(target, latent_map, partial(_pursuit, generator, target, latent_map, kept))
        self.go_on(fits=fits)

    def go_on(self, *, fits: bool) -> None:
        """Go on with what was stopped or has come to its end; as `search` otherwise."""
        session = self._session
        if session is not None and not self.working:
            session.fits = fits
            session.stopped.clear()
            self._begin(session.run, self.found.emit, self.went.emit)

    @property
    def nudges(self) -> int:
        """How many codes the search was given."""
        return 0 if self._session is None else self._session.nudges

    def nudge(self, code: FloatArray) -> None:
        """Have what is under way, or what is gone on with, start from ``code`` ``(dim,)``."""
        if self._session is not None:
            self._session.nudge(code)

    def keep(self, path: Path, shown: LatentMap | None) -> None:
        """Write the fitted model to a file; `kept` or `failed` follows. Its map will look like the one ``shown``."""
        if self._session is not None:
            self._begin(partial(self._session.keep, path, shown), self.kept.emit)

    @Slot()
    def stop(self) -> None:
        """End the search after its present step; `found` follows with the best so far."""
        if self._session is not None:
            self._session.stopped.set()

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
    content = pixels_of(source) if isinstance(source, QImage) else source
    copy = whole(content, _SIDE)
    line.check()
    size = info.path.stat().st_size if info.path.is_file() else 0
    return Original(content, image_of(copy.pixels), align(content, info), size, no_tuning(info))


def _cut(content: Content, info: GeneratorInfo, crop: Rectangle) -> Aligned | str:
    try:
        return align(content, info, crop)
    except GeneratorError as error:
        return str(error)


def _pursuit(generator: Generator, target: ByteArray, latent_map: LatentMap | None, kept: FloatArray) -> Pursuit:
    from dinoexplorer.latent.inversion.pursuit import Pursuit  # noqa: PLC0415  imports torch

    return Pursuit(generator, target, latent_map, kept=kept if len(kept) else None)
