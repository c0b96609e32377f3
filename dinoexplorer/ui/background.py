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

    def start(self, name: str, function: Callable[[], Any]) -> None:
        """Run ``function``; `finished` brings its result, or what it raised, to the receiver's thread."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._run, args=(name, function), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what is under way."""
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _run(self, name: str, function: Callable[[], Any]) -> None:
        try:
            result = function()
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the receiver tells
            result = error
        self.finished.emit(name, result)
