"""The curves of a run, read as they grow."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.runs.views import Curve
from training.run import read_metrics

_NOT_CURVES = {"step", "images_seen", "time", "seconds_left"}
_FIRST = 256
_LARGEST = 2**62
_PIECE_BYTES = 1 << 16


class Pieces:
    """The records of a run that are new, a piece of about a millisecond at a time.

    In one piece, a hundred thousand of them keep the interpreter's lock for most of a second while it looks for
    garbage among them (Python 3.11), and with it the window.
    """

    def __init__(self, folder: Path, *, holding: str = "") -> None:
        self._folder = folder
        self._holding = holding
        self._offset = 0

    def read(self) -> Iterator[list[dict[str, Any]]]:
        """What was appended since the last call."""
        while True:
            before = self._offset
            records, self._offset = read_metrics(self._folder, before, holding=self._holding, at_most=_PIECE_BYTES)
            if self._offset == before:
                return
            yield records


class Course:
    """Every scalar metric of a run by pictures seen. A resume that repeats steps replaces what it repeats.

    Attributes
    ----------
    whole
        Whether the last `read` came to the end of what there is.
    """

    def __init__(self, folder: Path) -> None:
        self._pieces = Pieces(folder)
        self._last_step = -1
        self.whole = True
        self._buffers: dict[str, _Buffer] = {}
        self._curves: dict[str, Curve] | None = {}

    def read(self, seconds: float = math.inf) -> bool:
        """Take what was appended since the last call, as far as the time allows; True when there was something."""
        end, found = time.perf_counter() + seconds, False
        self.whole = False
        for records in self._pieces.read():
            for record in records:
                self._add(record)
            found = found or bool(records)
            if time.perf_counter() >= end:
                break
        else:
            self.whole = True
        if found:
            self._curves = None
        return found

    @property
    def curves(self) -> Mapping[str, Curve]:
        """By name, in a mapping that is another one once there is more. Arrays are views that nobody changes."""
        if self._curves is None:
            self._curves = {name: buffer.curve() for name, buffer in self._buffers.items() if buffer.count}
        return self._curves

    def _add(self, record: Mapping[str, Any]) -> None:
        step, images = record["step"], record.get("images_seen", record["step"])
        if not isinstance(images, int) or not (0 <= images < _LARGEST and 0 <= step < _LARGEST):
            return
        if step < self._last_step:
            for buffer in self._buffers.values():
                buffer.cut(step)
        self._last_step = step
        for name, value in record.items():
            if name in _NOT_CURVES or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            try:
                number = float(value)
            except OverflowError:
                continue
            if math.isfinite(number):
                if name not in self._buffers:
                    self._buffers[name] = _Buffer()
                self._buffers[name].add(step, images, number)


class _Buffer:
    """One metric: grows at its end; what was handed over is never written again."""

    def __init__(self) -> None:
        self.count = 0
        self._steps = np.empty(_FIRST, np.int64)
        self._images = np.empty(_FIRST, np.int64)
        self._values = np.empty(_FIRST, np.float64)

    def add(self, step: int, images: int, value: float) -> None:
        if self.count == len(self._steps):
            self._renew(2 * self.count)
        self._steps[self.count], self._images[self.count], self._values[self.count] = step, images, value
        self.count += 1

    def cut(self, step: int) -> None:
        """Forget that step and what comes after it."""
        kept = int(np.searchsorted(self._steps[: self.count], step))
        if kept < self.count:
            self.count = kept
            self._renew(len(self._steps))

    def curve(self) -> Curve:
        return _still(self._images[: self.count]), _still(self._values[: self.count])

    def _renew(self, size: int) -> None:
        """Other memory: views of the old one are with the window."""
        for name in ("_steps", "_images", "_values"):
            old: NDArray[Any] = getattr(self, name)
            new = np.empty(size, old.dtype)
            new[: self.count] = old[: self.count]
            setattr(self, name, new)


def _still(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
