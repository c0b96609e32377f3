"""The live renderer: a thread that turns the newest request into a frame, and one that opens checkpoints."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dinoexplorer.generators import Generator, GeneratorError, open_generator
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.generators.reading import ChoiceNeededError, DescriptionNeededError
from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_data import MapData, data_of_training
from dinoexplorer.latent.map_keeping import as_chosen, find_map
from dinoexplorer.latent.steering import SteeringMap, first_sight, prepare_steering
from dinoexplorer.rendering.frame_store import FrameStore
from dinoexplorer.rendering.frames import Frame, RenderRequest
from dinoexplorer.rendering.live_activity import LiveActivity
from dinoexplorer.rendering.mailbox import Mailbox

OpenFunction = Callable[[Path, str], Generator]


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A checkpoint that is ready: the generator, its latent map if there is one, and why this device.

    ``map_note`` says in a sentence why there is no map, or is empty. ``steering``, the map as it was last looked at,
    and ``first``, a lively first code, are prepared where opening happens, since for a large map they take longer than
    the window may be held up. ``map_stale`` and ``map_method`` are `Beside`'s; ``pictures`` a map can be made of.
    """

    generation: int
    generator: Generator
    latent_map: LatentMap | None
    map_note: str
    device_note: str
    steering: SteeringMap | None
    first: FloatArray
    map_stale: bool = False
    map_method: str = ""
    pictures: MapData | None = None


class Renderer(QObject):
    """Opens generators and renders the newest request, both away from the window's thread.

    Signals arrive in the thread of the receiver. `frame_rendered` tells that `take_frame` has something newer; several
    frames may pass between two deliveries, and then only the newest is taken.
    """

    opened = Signal(object)  # Opened
    opening_failed = Signal(int, str)  # generation, sentence
    undecided = Signal(object)  # just before: the error, where a person may say how the file is to be read
    frame_rendered = Signal()

    def __init__(self, parent: QObject | None = None, *, open_function: OpenFunction = open_generator) -> None:
        super().__init__(parent)
        self.activity, self.store = LiveActivity(), FrameStore()
        self._open = open_function
        self._mailbox: Mailbox[tuple[RenderRequest, Generator]] = Mailbox()
        self._lock = threading.Lock()
        self._newest: Frame | None = None
        self._told = False
        self._shown_number = 0
        self._number = 0
        self._generation = 0
        self._current: Opened | None = None
        self._openers: list[threading.Thread] = []
        self._thread: threading.Thread | None = None

    @property
    def current(self) -> Opened | None:
        """What was opened last, or None."""
        return self._current

    @property
    def open_function(self) -> OpenFunction:
        """What opens a checkpoint, for those who open others beside this one."""
        return self._open

    def open(self, path: Path, device: str = "auto") -> int:
        """Open ``path`` in the background and return its generation; `opened` or `opening_failed` follows.

        What is open stays open, and stays alive, until the new one is ready. A later call wins over an earlier one.
        """
        self._generation += 1
        generation = self._generation
        self._openers = [thread for thread in self._openers if thread.is_alive()]
        opener = threading.Thread(
            target=self._open_in_background, args=(path, device, generation), name=f"open-{generation}", daemon=True
        )
        self._openers.append(opener)
        opener.start()
        return generation

    def request(self, code: FloatArray, side: int, *, smooth: bool, kept: bool = False) -> int:
        """Ask for the picture of ``code`` ``(dim,)`` at ``side`` pixels; the request's number, or 0 if none is open.

        A request that was not started yet is replaced. One that is to be ``kept`` is taken from the store where it is
        there, and put there otherwise.
        """
        current = self._current
        if current is None:
            return 0
        self._number += 1
        now = time.perf_counter()
        request = RenderRequest(self._number, current.generation, code, side, smooth, now, kept)
        self.activity.asked(self._number)
        image = self.store.picture(code, side, smooth=smooth) if kept else None
        if image is not None:
            self._deliver(Frame(request, image, now, now))
        else:
            self._ensure_thread()
            self._mailbox.put((request, current.generator))
        return self._number

    def take_frame(self) -> Frame | None:
        """The newest frame, once; None when it was taken already or belongs to a generator that is gone."""
        with self._lock:
            frame, self._newest, self._told = self._newest, None, False
        current = self._current
        if frame is None or current is None or frame.request.generation != current.generation:
            return None
        if frame.request.number <= self._shown_number:
            return None
        self._shown_number = frame.request.number
        return frame

    def close(self) -> None:
        """End both threads; waits for the decode or the opening that is under way."""
        self._generation += 1
        self._mailbox.close()
        for thread in (*self._openers, self._thread):
            if thread is not None:
                thread.join()
        self._openers.clear()
        self._thread = None
        self._current = None

    def adopt(self, opened: Opened) -> bool:
        """Make ``opened`` the present one, from the window's thread; False if a later opening has replaced it."""
        if opened.generation != self._generation:
            return False
        self._current = opened
        self.store.follow(opened.generator)
        return True

    def _ensure_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._render_forever, name="render", daemon=True)
            self._thread.start()

    def _open_in_background(self, path: Path, device: str, generation: int) -> None:
        try:
            from dinoexplorer.generators.devices import choose_device  # noqa: PLC0415  (imports torch)

            choice = choose_device(device)
            generator = self._open(path, choice.device)
            spec = generator.info.latent
            generator.decode_frame(spec.mean, generator.info.image_size, smooth=True)
            found = find_map(generator.info)
            steering = prepare_steering(as_chosen(found.map, generator.info), spec)
            opened = Opened(
                generation, generator, found.map, found.note, choice.note, steering, first_sight(spec, found.map),
                found.stale, found.method, data_of_training(generator.info),
            )  # fmt: skip
        except (ChoiceNeededError, DescriptionNeededError) as error:
            if generation == self._generation:
                self.undecided.emit(error)
            self._tell_failure(generation, str(error))
        except GeneratorError as error:
            self._tell_failure(generation, str(error))
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the window shows the cause
            self._tell_failure(generation, f"{path.name} could not be opened: {cause_of(error)}.")
        else:
            if generation == self._generation:
                self.opened.emit(opened)
                with suppress(Exception):  # what is open stays as fast as it is
                    generator.speed_up()

    def _tell_failure(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self.opening_failed.emit(generation, sentence)

    def _render_forever(self) -> None:
        while (item := self._mailbox.take()) is not None:
            request, generator = item
            frame = _render(request, generator)
            if request.kept and frame.image is not None:
                self.store.keep(generator, request.code, frame.image, smooth=request.smooth)
            self._deliver(frame)

    def _deliver(self, frame: Frame) -> None:
        """Have a frame taken, unless a newer one waits for that: one from the store overtakes the decode."""
        self.activity.done(frame.request.number)
        with self._lock:
            if self._newest is not None and self._newest.request.number > frame.request.number:
                return
            self._newest = frame
            tell, self._told = not self._told, True
        if tell:
            self.frame_rendered.emit()


def _render(request: RenderRequest, generator: Generator) -> Frame:
    started = time.perf_counter()
    try:
        image = generator.decode_frame(request.code, request.side, smooth=request.smooth)
    except GeneratorError as error:
        return Frame(request, None, started, time.perf_counter(), str(error))
    except Exception as error:  # noqa: BLE001  an exception becomes a value that the viewport shows
        sentence = f"This picture could not be made: {cause_of(error)}. Move on, or open the checkpoint again."
        return Frame(request, None, started, time.perf_counter(), sentence)
    return Frame(request, image, started, time.perf_counter())


def cause_of(error: Exception) -> str:
    """The first line of an error that was not foreseen, with its kind."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0].rstrip('.')}" if text else type(error).__name__
