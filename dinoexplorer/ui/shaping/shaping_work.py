"""The steps of a drag or of a painting, in a thread; the window hears of each that it can show."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.generators.generator import ByteArray, FloatArray, Generator
from dinoexplorer.latent.shaping.handle import Handle
from dinoexplorer.ui.one_work import Line, OneWork

if TYPE_CHECKING:
    from dinoexplorer.latent.shaping.drag import DragState
    from dinoexplorer.latent.shaping.paint import PaintState

Flags = NDArray[np.bool_]
State = TypeVar("State", "DragState", "PaintState")
_TOLD_APART = 1 / 60  # seconds; no screen shows more


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """Where it begins: the code ``(dim,)`` of a generator, of which ``locked`` dimensions stay as they are."""

    generator: Generator
    code: FloatArray
    locked: Flags


@dataclass(frozen=True, eq=False, slots=True)
class Strokes:
    """What is painted by now: colours ``(h, w, 4)``, what must not change ``(h, w)``, and how much they weigh."""

    rgba: ByteArray
    still: Flags | None
    strength: float


@dataclass(frozen=True, eq=False, slots=True)
class Progress(Generic[State]):
    """Where it stands, and how many steps it takes a second; 0 while that is not known."""

    state: State
    rate: float

    @property
    def seconds_left(self) -> float:
        """If it needs all its steps; not a number while that is not known."""
        return (self.state.steps - self.state.step) / self.rate if self.rate else float("nan")


class ShapingWork(OneWork):
    """Takes steps until all is as wished, or the steps are used up, or nobody waits for them."""

    went = Signal(object)  # Progress
    came = Signal(object)  # Progress, the last one

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("This picture cannot be reshaped: {cause}.", parent)
        self._slot: _Slot | None = None  # what is painted, while that is at work

    def drag(self, ground: Ground, handles: tuple[Handle, ...], movable: Flags | None) -> None:
        """Drag points of the picture; `came` or `failed` follows."""
        self._begin(partial(_drag, ground, handles, movable), self.came.emit, self.went.emit)

    def paint(self, ground: Ground, strokes: Strokes) -> None:
        """Move the code to where the picture has these colours; `came` or `failed` follows."""
        slot = _Slot()
        self._begin(partial(_paint, ground, strokes, slot), self.came.emit, self.went.emit)
        self._slot = slot

    def hand_in(self, strokes: Strokes) -> bool:
        """Have the painting that is at work go on with what is painted by now; whether there is one that still can."""
        return self.working and self._slot is not None and self._slot.put(strokes)

    def cancel(self) -> None:
        self._slot = None
        super().cancel()


class _Slot:
    """Hands strokes over from the window to the thread; only the newest matter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Strokes | None = None
        self._over = False

    def put(self, strokes: Strokes) -> bool:
        """Whether they will still be taken."""
        with self._lock:
            if not self._over:
                self._newest = strokes
            return not self._over

    def take(self, *, last: bool) -> Strokes | None:
        """What is new; a ``last`` call that finds nothing new is the end of it."""
        with self._lock:
            newest, self._newest = self._newest, None
            self._over = last and newest is None
            return newest


class _Teller(Generic[State]):
    """Counts steps, and tells the window of no more of them than it can show."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._steps, self._began, self._told = 0, 0.0, 0.0

    def tell(self, state: State) -> Progress[State]:
        now = time.perf_counter()
        self._began = self._began or now  # the first step warms up
        rate = self._steps / (now - self._began) if self._steps > 1 else 0.0
        self._steps += 1
        progress = Progress(state, rate)
        self._line.check()
        if now - self._told > _TOLD_APART:
            self._told = now
            self._line.tell(progress)
        return progress


def _drag(ground: Ground, handles: tuple[Handle, ...], movable: Flags | None, line: Line) -> Progress[DragState]:
    from dinoexplorer.latent.shaping.drag import Drag  # noqa: PLC0415  imports torch

    way = differentiable(ground.generator)
    drag = Drag(way, ground.code, handles, movable=movable, locked=ground.locked)
    teller: _Teller[DragState] = _Teller(line)
    while not (progress := teller.tell(drag.step())).state.finished:
        pass
    return progress


def _paint(ground: Ground, strokes: Strokes, slot: _Slot, line: Line) -> Progress[PaintState]:
    from dinoexplorer.latent.shaping.paint import Painting  # noqa: PLC0415  imports torch

    way, wish = differentiable(ground.generator), strokes
    painting = Painting(
        way, ground.code, wish.rgba, still=wish.still, locked=ground.locked, strength=wish.strength
    )  # fmt: skip
    teller: _Teller[PaintState] = _Teller(line)
    while True:
        progress = teller.tell(painting.step())
        new = slot.take(last=progress.state.finished)
        if new is not None:
            painting.paint(new.rgba, still=new.still, strength=new.strength)
        elif progress.state.finished:
            return progress
