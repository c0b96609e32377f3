"""Work beside the window of which only the newest matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dinoexplorer.ui.background import Background


class LatestWork(QObject):
    """Runs one function at a time in a thread; of those asked for meanwhile only the newest follows."""

    done = Signal(object, object)  # the key it was asked for with, its result

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._background.finished.connect(self._on_finished)
        self._running: object | None = None
        self._waiting: tuple[object, Callable[[], Any]] | None = None

    @property
    def busy(self) -> bool:
        return self._running is not None

    def ask(self, key: object, function: Callable[[], Any]) -> None:
        """Run ``function``, now or after what is under way; `done` follows unless something newer is asked for."""
        self._waiting = (key, function)
        if self._running is None:
            self._start()

    def close(self) -> None:
        """Wait for what is under way; nothing is told any more."""
        self._waiting = None
        self._background.close()

    def _start(self) -> None:
        if self._waiting is not None:
            (self._running, function), self._waiting = self._waiting, None
            self._background.start("map", function)

    @Slot(str, object)
    def _on_finished(self, _name: str, result: object) -> None:
        key, self._running = self._running, None
        newest = self._waiting is None
        self._start()
        if isinstance(result, Exception):
            raise result
        if newest:
            self.done.emit(key, result)
