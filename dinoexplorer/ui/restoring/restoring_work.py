"""What takes time where pictures are restored: reading one, sending it through the model, doing a folder of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.latent.inversion.figures import difference, psnr
from dinoexplorer.latent.restoration.restoring import (
    Purpose,
    Way,
    noisy,
    purpose,
    restored,
    shrunk,
    size_remark,
)
from dinoexplorer.picture_arguments import meant_pictures, remarked_picture
from dinoexplorer.picture_copies import free_places
from dinoexplorer.picture_files import save_png
from dinoexplorer.ui.dataset.pixels import image_of, pixels_of
from dinoexplorer.ui.one_work import Line, OneWork
from training.errors import TrainingError

Source = Path | QImage
_SHOWN = 2048  # pixels of the copies that are looked at


@dataclass(frozen=True, eq=False, slots=True)
class Original:
    """A picture that was read, upright ``(h, w, 3)``, what the model is for, and remarks on the two."""

    pixels: ByteArray
    image: QImage
    purpose: Purpose
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is: ``done`` tiles or pictures of ``total``, and how many a second."""

    what: str
    done: int
    total: int
    rate: float


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """A picture before and after, as copies to look at.

    Attributes
    ----------
    pixels : uint8 (h, w, 3)
        After, at its own size.
    gains : (float, float) or None
        Where noise was added: PSNR against the picture without it, in dB, before and after.
    """

    before: QImage
    after: QImage
    difference: QImage
    pixels: ByteArray
    gains: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """One more picture of a folder: where it was written, or why it could not be read."""

    step: Step
    path: Path
    pair: Pair | None
    reason: str = ""


class RestoringWork(OneWork):
    """Does one of these at a time; what is asked for later ends what is under way."""

    read = Signal(object)  # Original
    stepped = Signal(object)  # Step
    restored = Signal(object)  # Pair
    written = Signal(object)  # Written
    done = Signal()  # a folder

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This picture cannot be restored: {cause}.", parent)

    def look(self, generator: Generator, source: Source) -> None:
        """Read a picture; `read` or `failed` follows."""
        self._begin(partial(_look, generator, source), self.read.emit, self.stepped.emit)

    def restore(self, generator: Generator, picture: ByteArray, way: Way, noise: float) -> None:
        """Send a picture through the model, with so many grey levels of noise added first; `restored` follows."""
        self._begin(partial(_restore, generator, picture, way, noise), self.restored.emit, self.stepped.emit)

    def restore_all(self, generator: Generator, given: Sequence[Path], out: Path, way: Way) -> None:
        """Restore files, and those of folders, into ``out``; `written` tells of each, and `done` follows."""
        work = partial(_restore_all, generator, tuple(given), out, way)
        self._begin(work, self._on_done, self._on_heard)

    def _on_heard(self, told: object) -> None:
        if isinstance(told, Written):
            self.written.emit(told)
        else:
            self.stepped.emit(told)

    def _on_done(self, _result: None) -> None:
        self.done.emit()


def _look(generator: Generator, source: Source, line: Line) -> Original:
    content = pixels_of(source) if isinstance(source, QImage) else source
    pixels, remarks = remarked_picture(content)
    line.check()
    size = size_remark(generator.info, *pixels.shape[:2])
    remarks = (*remarks, size) if size else remarks
    return Original(pixels, image_of(shrunk(pixels, _SHOWN)), purpose(generator.info), remarks)


def _restore(generator: Generator, picture: ByteArray, way: Way, noise: float, line: Line) -> Pair:
    before, began = noisy(picture, noise), time.monotonic()
    after = restored(generator, before, way, lambda done, total: line.tell_step("", _step("tiles", done, total, began)))
    line.check()
    gains = (psnr(picture, before), psnr(picture, after)) if noise else None
    return _pair(before, after, gains)


def _restore_all(generator: Generator, given: tuple[Path, ...], out: Path, way: Way, line: Line) -> None:
    files = meant_pictures(given, lambda _count: line.check())
    began, unreadable = time.monotonic(), 0
    for number, (path, place) in enumerate(zip(files, free_places(files, out, ".png"), strict=True), 1):
        line.check()
        reason, pair = "", None
        try:
            before, _ = remarked_picture(path)
            after = restored(generator, before, way, lambda _done, _total: line.check())
            line.check()
            save_png(place, after)
            pair = _pair(before, after)
        except TrainingError as error:
            reason, unreadable = str(error), unreadable + 1
        line.tell(Written(_step("pictures", number, len(files), began), path, pair, reason))
    if unreadable == len(files):
        raise GeneratorError(f"None of the {len(files):,} pictures could be read; the last: {reason}.")


def _pair(before: ByteArray, after: ByteArray, gains: tuple[float, float] | None = None) -> Pair:
    copies = shrunk(before, _SHOWN), shrunk(after, _SHOWN)
    small_before, small_after = map(image_of, copies)
    return Pair(small_before, small_after, image_of(difference(*copies)), after, gains)


def _step(what: str, done: int, total: int, began: float) -> Step:
    return Step(what, done, total, done / max(time.monotonic() - began, 1e-6))
