"""Generators beside the open one: opened, asked and released in threads of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dinoexplorer.comparing.subjects import Subject, code_for
from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.rendering.frames import Frame, RenderRequest
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.rendering.renderer import OpenFunction, cause_of

_SHARE = 0.25  # of the time, while the live picture has something to do


@dataclass(frozen=True, eq=False, slots=True)
class _Wish:
    """One picture that is wanted, at a side in device pixels."""

    number: int
    subject: Subject
    side: int
    smooth: bool


@dataclass(eq=False, slots=True)
class _Companion:
    """One generator, what it is asked for next, and its newest frame."""

    path: Path
    device: str
    generator: Generator | None = None
    wish: _Wish | None = None
    frame: Frame | None = None
    served: int = 0


class Companions(QObject):
    """Opens one generator after the other, and has them answer in turn, the longest unanswered first.

    Of what a generator is asked for only the newest counts. While the live picture moves they take a quarter of the
    time. Signals arrive in the thread of the receiver; both threads begin with the first wish and sleep without one.
    """

    opened = Signal(int)
    failed = Signal(int, str)  # it could not be opened; a sentence
    rendered = Signal()  # one or several have a newer frame

    def __init__(
        self, activity: LiveActivity, parent: QObject | None = None, *, open_function: OpenFunction = open_generator
    ) -> None:
        super().__init__(parent)
        self._activity, self._open = activity, open_function
        self._changed = activity.changed
        self._companions: dict[int, _Companion] = {}
        self._to_open: list[int] = []
        self._to_trim = False
        self._number = self._key = 0
        self._threads: list[threading.Thread] = []
        self._told = self._closed = False

    def add(self, path: Path, device: str) -> int:
        """Open a checkpoint; its key. `opened` or `failed` follows."""
        with self._changed:
            self._key += 1
            self._companions[self._key] = _Companion(path, device)
            self._to_open.append(self._key)
            self._begin()
            self._changed.notify_all()
            return self._key

    def remove(self, key: int) -> None:
        """Let a generator go, and with it its memory once the decode under way is over."""
        with self._changed:
            gone = self._companions.pop(key, None)
            if key in self._to_open:
                self._to_open.remove(key)
            self._to_trim = self._to_trim or (gone is not None and gone.generator is not None)
            self._changed.notify_all()

    def generator(self, key: int) -> Generator | None:
        """The generator of a key, or None while it is not open."""
        with self._changed:
            companion = self._companions.get(key)
            return None if companion is None else companion.generator

    def ask(self, key: int, subject: Subject, side: int, *, smooth: bool) -> int:
        """Ask for a picture at ``side`` pixels; it replaces what was asked for and not begun yet.

        Returns the number of the request, which its frame carries; numbers only grow.
        """
        with self._changed:
            self._number += 1
            companion = self._companions.get(key)
            if companion is not None:
                companion.wish = _Wish(self._number, subject, side, smooth)
                self._changed.notify_all()
            return self._number

    def take_frames(self) -> dict[int, Frame]:
        """The newest frame of each that has one which was not taken yet."""
        with self._changed:
            self._told = False
            frames = {key: one.frame for key, one in self._companions.items() if one.frame is not None}
            for companion in self._companions.values():
                companion.frame = None
            return frames

    @property
    def busy(self) -> bool:
        """Whether any waits to be opened or asked."""
        with self._changed:
            return bool(self._to_open) or any(one.wish is not None for one in self._companions.values())

    def close(self) -> None:
        """End the threads; waits for what is under way."""
        with self._changed:
            self._closed = True
            self._companions.clear()
            self._to_open.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _begin(self) -> None:
        if not self._threads and not self._closed:
            for name, work in (("companions-open", self._open_forever), ("companions", self._render_forever)):
                self._threads.append(threading.Thread(target=work, name=name, daemon=True))
                self._threads[-1].start()

    def _open_forever(self) -> None:
        while (job := self._next_job()) is not None:
            job()

    def _next_job(self) -> Callable[[], None] | None:
        """Sleep until there is one to open, or memory to give back."""
        with self._changed:
            self._changed.wait_for(lambda: self._to_open or self._to_trim or self._closed)
            if self._closed:
                return None
            if self._to_trim:
                self._to_trim = False
                return _trim
            return partial(self._open_one, self._to_open.pop(0))

    def _open_one(self, key: int) -> None:
        with self._changed:
            companion = self._companions.get(key)
        if companion is None:
            return
        generator, sentence = self._opened(companion.path, companion.device)
        with self._changed:
            if self._companions.get(key) is not companion:
                return
            companion.generator = generator
            self._changed.notify_all()
        if generator is None:
            self.failed.emit(key, sentence)
        else:
            self.opened.emit(key)

    def _opened(self, path: Path, device: str) -> tuple[Generator | None, str]:
        from dinoexplorer.generators.devices import choose_device  # noqa: PLC0415  imports torch

        try:
            return self._open(path, choose_device(device).device), ""
        except GeneratorError as error:
            return None, str(error)
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; its place shows the cause
            return None, f"{path.name} could not be opened: {cause_of(error)}."

    def _render_forever(self) -> None:
        pause = 0.0
        while (found := self._next_wish(pause)) is not None:
            key, companion, generator, wish = found
            began = time.perf_counter()
            frame = _answer(key, generator, wish)
            pause = (time.perf_counter() - began) * (1 / _SHARE - 1)
            self._keep(key, companion, frame)
            # No name may hold a generator while the thread sleeps: its memory is to be free when it is removed.
            del generator, found, companion, wish

    def _next_wish(self, pause: float) -> tuple[int, _Companion, Generator, _Wish] | None:
        """Sleep until something is asked for, and while the live picture moves for ``pause`` seconds more."""
        ready_at = time.monotonic() + pause
        with self._changed:
            while not self._closed:
                waiting = [
                    (one.served, key, one, one.generator, one.wish)
                    for key, one in self._companions.items()
                    if one.wish is not None and one.generator is not None
                ]
                patience = ready_at - time.monotonic() if waiting and self._activity.until_rest() != 0 else 0.0
                if waiting and patience <= 0:
                    _, key, companion, generator, wish = min(waiting, key=lambda one: one[:2])
                    companion.wish, companion.served = None, wish.number
                    return key, companion, generator, wish
                del waiting  # for as long as this sleeps, it holds no generator that may be removed
                self._changed.wait(patience if patience > 0 else None)
            return None

    def _keep(self, key: int, companion: _Companion, frame: Frame) -> None:
        with self._changed:
            if self._companions.get(key) is not companion:
                return
            companion.frame = frame
            tell, self._told = not self._told, True
        if tell:
            self.rendered.emit()


def _trim() -> None:
    from dinoexplorer.generators.devices import give_back_memory  # noqa: PLC0415  imports torch

    give_back_memory()


def _answer(key: int, generator: Generator, wish: _Wish) -> Frame:
    """The picture that was asked for, or the sentence that says why there is none."""
    began = time.perf_counter()
    request = RenderRequest(wish.number, key, wish.subject.code, wish.side, wish.smooth, began)
    try:
        code = code_for(generator, wish.subject)
        image = generator.decode_frame(code, wish.side, smooth=wish.smooth)
    except GeneratorError as error:
        return Frame(request, None, began, time.perf_counter(), str(error))
    except Exception as error:  # noqa: BLE001  an exception becomes a value that the place shows
        sentence = f"This picture could not be made: {cause_of(error)}. Move on, or remove this checkpoint."
        return Frame(request, None, began, time.perf_counter(), sentence)
    return Frame(request, image, began, time.perf_counter())
