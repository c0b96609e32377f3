"""Work that would stall the window, done in a thread; its result comes back as a signal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal


class Background(QObject):
    """Runs functions in threads of their own and joins them at the end."""

    finished = Signal(str, object)  # name of the task, its result or the exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(self, name: str, function: Callable[[], Any], *, awaited: bool = True) -> None:
        """Run ``function``; `finished` brings its result, or what it raised, to the receiver's thread.

        One that is not ``awaited`` is left to itself at the end: it only looks, and may hang on a dead network drive.
        """
        thread = threading.Thread(target=self._run, args=(name, function), name=name, daemon=True)
        self._threads = [other for other in self._threads if other.is_alive()]
        if awaited:
            self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is under way; what comes later is dropped."""
        self._closed = True
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _run(self, name: str, function: Callable[[], Any]) -> None:
        try:
            result = function()
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the receiver tells
            result = error
        if not self._closed:
            self.finished.emit(name, result)
