"""What the film will take, worked out beside the window and said in a line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.export.estimating import Estimate, estimate
from dinoexplorer.morph.export.making import Material, Order
from dinoexplorer.rendering.giving_way import stand_back
from dinoexplorer.rendering.renderer import cause_of
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.train.amounts import size_text, time_text

_PAUSE = 250  # of typing


class ExportEstimate(QObject):
    """Of what is asked for one after the other only the last is answered."""

    done = Signal(str, bool)  # a line, and whether it says why the film cannot be written

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = LatestWork(self)
        self._work.done.connect(self._on_done)
        self._stop = threading.Event()
        self._asked: tuple[Material, Order] | None = None
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self._pause.timeout.connect(self._on_pause)

    @property
    def busy(self) -> bool:
        return self._pause.isActive() or self._work.busy

    def ask(self, material: Material, order: Order) -> None:
        """Work out what this takes; `done` follows."""
        self._stop.set()
        self._asked = material, order
        self._pause.start()

    def forget(self) -> None:
        """Answer nothing that was asked for."""
        self._stop.set()
        self._asked = None
        self._pause.stop()

    def close(self) -> None:
        """Wait for the thread, which leaves off."""
        self.forget()
        self._work.close()

    @Slot()
    def _on_pause(self) -> None:
        if self._asked is not None:
            self._stop = threading.Event()
            self._work.ask(self._stop, partial(_estimated, *self._asked, self._stop.is_set))

    @Slot(object, object)
    def _on_done(self, stop: threading.Event, result: tuple[str, bool]) -> None:
        if stop is self._stop and not stop.is_set():
            self.done.emit(*result)


def _estimated(material: Material, order: Order, stopped: Callable[[], bool]) -> tuple[str, bool]:
    """The line, or why the film cannot be written."""
    stand_back()
    try:
        found = estimate(material, order, stopped=stopped)
        replaces = order.path.is_file()
    except GeneratorError as error:
        return str(error), True
    except Cancelled:
        return "", False
    except Exception as error:  # noqa: BLE001  a thread has nobody above it; the line says it
        return f"This film could not be tried out: {cause_of(error)}. Try another format.", True
    return estimate_text(found) + (f" {order.path.name} is there already and is replaced." if replaces else ""), False


def estimate_text(found: Estimate) -> str:
    """`361 frames, 12.0 s, 512 x 512 pixels. About 2.1 MB, written in about 14 s.`"""
    frames = "1 frame" if found.frames == 1 else f"{found.frames:,} frames"
    return (
        f"{frames}, {found.seconds:.1f} s, {found.width} x {found.height} pixels. "
        f"About {size_text(found.size)}, written in about {time_text(found.work)}."
    )
