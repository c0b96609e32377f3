"""What is painted over a picture, pixel for pixel; every stroke can be taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.brush.coverage import Box, Place, around, line

_MOST_BYTES = 64 << 20  # of strokes that can be taken back


@dataclass(frozen=True, eq=False, slots=True)
class _Stroke:
    """What a stroke has changed."""

    box: Box
    before: ByteArray
    after: ByteArray

    @property
    def bytes(self) -> int:
        return self.before.nbytes + self.after.nbytes


class Sheet:
    """Pixels ``(h, w, c)`` that lie over a picture of as many; 0 is where nothing is painted.

    Between `begin` and `end` all that is painted is one stroke; without them each call is one. All of these tell the
    box of what may look different now.
    """

    def __init__(self, height: int, width: int, channels: int) -> None:
        self._pixels = np.zeros((height, width, channels), np.uint8)
        self._before: ByteArray | None = None  # while a stroke is under way
        self._done: deque[_Stroke] = deque()
        self._undone: list[_Stroke] = []

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self._pixels.shape[0], self._pixels.shape[1]

    @property
    def pixels(self) -> ByteArray:
        """What is painted, read only; it changes under the next stroke."""
        view = self._pixels.view()
        view.flags.writeable = False
        return view

    @property
    def empty(self) -> bool:
        """Whether nothing is painted."""
        return not self._pixels.any()

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._before is not None

    @property
    def can_undo(self) -> bool:
        return bool(self._done) and not self.painting

    @property
    def can_redo(self) -> bool:
        return bool(self._undone) and not self.painting

    def ink(self) -> NDArray[np.uint8]:
        """What is put onto a pixel, ``(c,)``."""
        raise NotImplementedError

    def begin(self) -> None:
        """Begin a stroke; one that is under way goes on."""
        if self._before is None:
            self._before = self._pixels.copy()

    def end(self) -> bool:
        """End the stroke; whether it has changed anything."""
        before, self._before = self._before, None
        changed = None if before is None else _changed(before, self._pixels)
        if before is None or changed is None:
            return False
        here = changed.slices
        self._done.append(_Stroke(changed, before[here].copy(), self._pixels[here].copy()))
        self._undone.clear()
        while len(self._done) > 1 and sum(stroke.bytes for stroke in self._done) > _MOST_BYTES:
            self._done.popleft()
        return True

    def cancel(self) -> Box:
        """Take back the stroke that is under way, as if it had not been begun."""
        if self._before is not None:
            self._pixels[:], self._before = self._before, None
        return self._whole()

    def line(self, start: Place, end: Place, radius: float, *, erase: bool = False) -> Box:
        """Paint along a line, or a dot where both ends are one; at least the pixels at the ends."""
        box = around(self.shape, start, end, max(radius, 1.0))
        return self._put(box, line(box, start, end, radius), erase=erase) if not box.empty else box

    def rectangle(self, one: Place, other: Place, *, erase: bool = False) -> Box:
        """Paint all pixels of which a part lies between two corners."""
        box = around(self.shape, one, other)
        covered = np.ones((box.bottom - box.top, box.right - box.left), bool) if not box.empty else None
        return box if covered is None else self._put(box, covered, erase=erase)

    def clear(self) -> Box:
        """Wipe off everything, which is one stroke."""
        return self.replace(np.zeros_like(self._pixels))

    def replace(self, pixels: ByteArray) -> Box:
        """Put other pixels ``(h, w, c)`` in the place of all, which is one stroke."""
        apart = self._apart()
        self._pixels[:] = pixels
        if apart:
            self.end()
        return self._whole()

    def undo(self) -> Box:
        """Take back the last stroke."""
        if not self.can_undo:
            return self._nothing()
        stroke = self._done.pop()
        self._undone.append(stroke)
        self._pixels[stroke.box.slices] = stroke.before
        return stroke.box

    def redo(self) -> Box:
        """Paint again what was taken back last."""
        if not self.can_redo:
            return self._nothing()
        stroke = self._undone.pop()
        self._done.append(stroke)
        self._pixels[stroke.box.slices] = stroke.after
        return stroke.box

    def _put(self, box: Box, covered: NDArray[np.bool_], *, erase: bool) -> Box:
        apart = self._apart()
        self._pixels[box.slices][covered] = 0 if erase else self.ink()
        if apart:
            self.end()
        return box

    def _apart(self) -> bool:
        """Begin a stroke unless one is under way; whether it was begun here."""
        apart = not self.painting
        self.begin()
        return apart

    def _whole(self) -> Box:
        return Box(0, self.shape[0], 0, self.shape[1])

    def _nothing(self) -> Box:
        return Box(0, 0, 0, 0)


class MaskSheet(Sheet):
    """A mask: some pixels are chosen, the others are not."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__(height, width, 1)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which pixels are chosen, bool ``(h, w)``; a copy."""
        return self._pixels[..., 0].astype(bool)

    @property
    def share(self) -> float:
        """How much of the picture is chosen, 0 to 1."""
        return float(self._pixels.mean())

    def ink(self) -> NDArray[np.uint8]:
        return np.ones(1, np.uint8)

    def invert(self) -> Box:
        """Choose the other pixels, which is one stroke."""
        return self.replace(1 - self._pixels)


class ColourSheet(Sheet):
    """Strokes of colour; ``colour`` is what the next one has."""

    def __init__(self, height: int, width: int, colour: tuple[int, int, int] = (255, 255, 255)) -> None:
        super().__init__(height, width, 4)
        self.colour = colour

    @property
    def rgba(self) -> ByteArray:
        """The strokes, uint8 RGBA ``(h, w, 4)``, opaque where something is painted; a copy."""
        return self._pixels.copy()

    def ink(self) -> NDArray[np.uint8]:
        return np.array([*self.colour, 255], np.uint8)


def _changed(before: ByteArray, after: ByteArray) -> Box | None:
    """The smallest box that holds every difference."""
    different = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not rows.size:
        return None
    return Box(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
