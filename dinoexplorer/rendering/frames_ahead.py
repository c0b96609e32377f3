"""The pictures of a film around the frame where it stands, made while the live picture is at rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators import Generator
from dinoexplorer.rendering.frame_store import FrameStore
from dinoexplorer.rendering.live_activity import LiveActivity

if TYPE_CHECKING:
    from dinoexplorer.morph.film import Film

Span = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Stand:
    """A film, the frame on which it stands, and how its pictures are shown."""

    generator: Generator
    film: Film
    frame: int
    side: int
    smooth: bool


class FramesAhead(QObject):
    """Fills the store with the frames of a film, the nearest first, as many as there is room for.

    They are made one by one as the live picture is, so that they are the very same pictures and a live request waits
    for one of them at most. The thread begins with the first film and sleeps when there is nothing to do.
    """

    grown = Signal()  # there is more, or the film is another one; several frames may be told at once

    def __init__(self, activity: LiveActivity, store: FrameStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._activity, self._changed, self._store = activity, activity.changed, store
        self._stand: Stand | None = None
        self._missing: Iterator[int] | None = None  # of the present stand; None before it was looked through
        self._filled: set[int] = set()
        self._told = self._closed = False
        self._thread: threading.Thread | None = None

    def follow(self, stand: Stand | None) -> None:
        """Make the pictures around this frame from now on; None for no film."""
        with self._changed:
            before, self._stand, self._missing = self._stand, stand, None
            if before is None or stand is None or not _shows_the_same(before, stand):
                self._filled = set()
            if stand is not None and self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="frames ahead", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def spans(self) -> list[Span]:
        """The frames that are there, as ranges (first, one after the last), in their order."""
        with self._changed:
            numbers, self._told = sorted(self._filled), False
        spans: list[Span] = []
        for number in numbers:
            start = spans.pop()[0] if spans and spans[-1][1] == number else number
            spans.append((start, number + 1))
        return spans

    @property
    def busy(self) -> bool:
        """Whether there are frames left to be made."""
        with self._changed:
            return self._stand is not None

    def close(self) -> None:
        """End the thread; waits for the picture that is being made."""
        with self._changed:
            self._closed, self._stand = True, None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (stand := self._next_stand()) is not None:
            if self._missing is None:
                self._look_through(stand)
            else:
                self._make_one(stand, self._missing)

    def _next_stand(self) -> Stand | None:
        """Sleep until the live picture is at rest and a film wants pictures; None at the end."""
        with self._changed:
            while not self._closed:
                rest = self._activity.until_rest() if self._stand is not None else None
                if rest == 0:
                    return self._stand
                self._changed.wait(rest)
            return None

    def _look_through(self, stand: Stand) -> None:
        """Find out which of the frames around are there already."""
        missing: list[int] = []
        filled: set[int] = set()
        near = list(islice(around(stand.frame, stand.film.distinct), self._store.room(stand.side)))
        for number in reversed(near):  # the nearest is the one wanted last, and so the last to go
            there = self._store.picture(stand.film.code(number), stand.side, smooth=stand.smooth) is not None
            (filled.add if there else missing.append)(number)
        with self._changed:
            if self._stand is stand:
                self._filled, self._missing = filled, iter(missing[::-1])
        self._tell()

    def _make_one(self, stand: Stand, missing: Iterator[int]) -> None:
        number = next(missing, None)
        if number is None:
            with self._changed:
                if self._stand is stand:
                    self._stand = None
            return
        code = stand.film.code(number)
        try:
            image = stand.generator.decode_frame(code, stand.side, smooth=stand.smooth)
        except Exception:  # noqa: BLE001  the live picture of such a code says why; here it must not end the thread
            return
        self._store.keep(stand.generator, code, image, smooth=stand.smooth)
        with self._changed:
            if self._stand is stand:
                self._filled.add(number)
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            tell, self._told = not self._told and not self._closed, True
        if tell:
            self.grown.emit()


def around(frame: int, count: int) -> Iterator[int]:
    """The numbers 0 to ``count - 1`` by their distance from ``frame``, later ones before earlier ones."""
    yield frame
    for distance in range(1, count):
        yield from (number for number in (frame + distance, frame - distance) if 0 <= number < count)


def _shows_the_same(one: Stand, other: Stand) -> bool:
    return (one.generator, one.film, one.side, one.smooth) == (other.generator, other.film, other.side, other.smooth)
