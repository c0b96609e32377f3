"""What takes time where strange pictures are looked for: learning what is usual, judging, looking closely, copying."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.latent.inversion.figures import difference
from dinoexplorer.picture_arguments import meant_pictures
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.one_work import Line, OneWork

if TYPE_CHECKING:
    from dinoexplorer.latent.anomaly.judging import Judge
    from dinoexplorer.latent.anomaly.strangeness import Strangeness

_AT_ONCE = 16
_USUAL = 300  # pictures at most that say what is usual: half of what the command takes, since somebody waits
_SURE = 0.5  # seconds after which a rate means something
_WHERE = "under Usual pictures"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done beside judging, how far it is and how many a second; ``total`` is 0 where that is not known."""

    text: str
    done: int = 0
    total: int = 0
    rate: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class Learnt:
    """What is usual is known now; ``total`` pictures are to be judged."""

    judge: Judge
    total: int


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """Some more pictures were judged.

    Attributes
    ----------
    rows, unreadable
        What came since the last time, with how strange it is or why it could not be read.
    rate
        Pictures a second.
    """

    rows: tuple[tuple[Path, Strangeness], ...]
    unreadable: tuple[tuple[Path, str], ...]
    done: int
    total: int
    rate: float


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One picture ``(size, size, 3)`` as the model sees it, and what it makes of it."""

    path: Path
    picture: ByteArray
    heated: ByteArray
    rebuilt: ByteArray
    difference: ByteArray


class AnomalyWork(OneWork):
    """Judges one folder at a time; what it has learnt of a generator it keeps for the next."""

    staged = Signal(object)  # Stage
    learnt = Signal(object)  # Learnt
    judged = Signal(object)  # Judged
    done = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("These pictures cannot be judged: {cause}.", parent)
        self._known: tuple[Generator, str | None, Judge] | None = None

    def judge(self, generator: Generator, given: Sequence[Path], usual: str | None) -> None:
        """Judge pictures against ``usual`` ones, None for what the generator was trained on."""
        known = self._known
        judge = known[2] if known is not None and known[0] is generator and known[1] == usual else None
        self._wanted = (generator, usual)
        work = partial(_judge, generator, tuple(given), usual, judge)
        self._begin(work, self._on_done, self._on_heard)

    def forget(self) -> None:
        """Let go of what was learnt of a generator that is not open any more."""
        self._known = None

    def _on_heard(self, told: object) -> None:
        if isinstance(told, Stage):
            self.staged.emit(told)
        elif isinstance(told, Learnt):
            self._known = (*self._wanted, told.judge)
            self.learnt.emit(told)
        else:
            self.judged.emit(told)

    def _on_done(self, _result: None) -> None:
        self.done.emit()


class LookWork(QObject):
    """Looks closely at one picture after the other; of those asked for meanwhile only the newest counts."""

    looked = Signal(object)  # Look
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)

    def ask(self, generator: Generator, judge: Judge, path: Path) -> None:
        """Look at a picture."""
        self._work.ask(path, partial(_look, generator, judge, path))

    def close(self) -> None:
        """Wait for the thread."""
        self._work.close()

    @Slot(object, object)
    def _on_done(self, _path: object, result: Look | str) -> None:
        if isinstance(result, str):
            self.failed.emit(result)
        else:
            self.looked.emit(result)


class CopyWork(OneWork):
    """Copies files, and tells how many are done."""

    stepped = Signal(object)  # Stage
    copied = Signal(int, object)  # how many, the folder

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("The pictures cannot be copied: {cause}.", parent)

    def copy(self, files: Sequence[Path], folder: Path) -> None:
        """Copy files into a folder; nothing there is written over."""
        work = partial(_copy, tuple(files), folder)
        self._begin(work, partial(self._on_copied, folder), self.stepped.emit)

    def _on_copied(self, folder: Path, count: int) -> None:
        self.copied.emit(count, folder)


def _judge(generator: Generator, given: tuple[Path, ...], usual: str | None, known: Judge | None, line: Line) -> None:
    from dinoexplorer.latent.anomaly.reading import read_pictures  # noqa: PLC0415  only when pictures are judged
    from dinoexplorer.latent.anomaly.seeing import Eye  # noqa: PLC0415  imports torch

    line.tell(Stage("Looking for pictures…"))
    files, eye = meant_pictures(given, lambda _count: line.check()), Eye(generator)
    judge = known or _learn(generator, usual, line)
    line.tell(Learnt(judge, len(files)))
    began, any_read, reason = time.monotonic(), False, ""
    for start in range(0, len(files), _AT_ONCE):
        unreadable: list[tuple[Path, str]] = []
        names, images = read_pictures(files[start : start + _AT_ONCE], generator.info, unreadable)
        line.check()
        verdicts = judge.judge_seen(eye.see(images)) if names else []
        rows = tuple((name, verdict.strangeness) for name, verdict in zip(names, verdicts, strict=True))
        done, any_read = min(start + _AT_ONCE, len(files)), any_read or bool(rows)
        rate = done / max(time.monotonic() - began, 1e-6)
        line.tell(Judged(rows, tuple(unreadable), done, len(files), rate))
        reason = unreadable[-1][1] if unreadable else reason
    if not any_read:
        several = f"None of the {len(files):,} pictures could be read; the last"
        raise GeneratorError(f"{several if len(files) > 1 else 'The picture could not be read'}: {reason}.")


def _learn(generator: Generator, usual: str | None, line: Line) -> Judge:
    from dinoexplorer.latent.anomaly.held_out import held_out_pictures  # noqa: PLC0415  only when pictures are judged
    from dinoexplorer.latent.anomaly.judging import Judge  # noqa: PLC0415  imports torch
    from dinoexplorer.latent.anomaly.seeing import Eye  # noqa: PLC0415  likewise

    reading, learning = _teller(line, "Reading usual pictures…"), _teller(line, "Learning what is usual…")
    pictures = held_out_pictures(
        generator.info, usual, _USUAL, lambda _what, done, total: reading(done, total), where=_WHERE
    )
    return Judge(Eye(generator), pictures, learning)


def _teller(line: Line, text: str) -> Callable[[int, int], None]:
    """What tells of a stage; its rate is that since the first word."""
    first: list[tuple[float, int]] = []

    def tell(done: int, total: int) -> None:
        now = time.monotonic()
        if not first:
            first.append((now, done))
        began, before = first[0]
        line.tell_step(text, Stage(text, done, total, (done - before) / (now - began) if now - began > _SURE else 0.0))

    return tell


def _look(generator: Generator, judge: Judge, path: Path) -> Look | str:
    from dinoexplorer.latent.anomaly.heat import painted  # noqa: PLC0415  only when pictures are judged
    from dinoexplorer.latent.anomaly.reading import read_pictures  # noqa: PLC0415  likewise
    from dinoexplorer.latent.anomaly.seeing import Eye  # noqa: PLC0415  imports torch

    unreadable: list[tuple[Path, str]] = []
    try:
        _, images = read_pictures([path], generator.info, unreadable)
        if unreadable:
            return f"{unreadable[0][1]}."
        (verdict,) = judge.judge_seen(Eye(generator).see(images))
    except GeneratorError as error:
        return str(error)
    picture = images[0]
    return Look(
        path, picture, painted(picture, verdict.heat), verdict.rebuilt, difference(picture, verdict.rebuilt)
    )  # fmt: skip


def _copy(files: tuple[Path, ...], folder: Path, line: Line) -> int:
    from dinoexplorer.picture_copies import copy_files  # noqa: PLC0415  only when pictures are copied

    return copy_files(files, folder, _teller(line, "Copying…"))
