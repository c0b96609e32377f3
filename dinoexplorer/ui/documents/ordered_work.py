"""Work beside the window that is done one after the other, in the order in which it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal


class OrderedWork(QObject):
    """One thread for what must not overtake each other, such as writing a file and removing it."""

    finished = Signal(str, object)  # name of the task, its result or the exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="documents")
        self._closed = False

    def start(self, name: str, function: Callable[[], Any]) -> None:
        """Run ``function`` after all that was asked for before; `finished` follows. Once it is closed nothing does."""
        if not self._closed:
            self._pool.submit(self._run, name, function)

    def close(self) -> None:
        """Wait until all is done; nothing is told any more."""
        self._closed = True
        self._pool.shutdown()

    def _run(self, name: str, function: Callable[[], Any]) -> None:
        try:
            result = function()
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the receiver tells
            result = error
        if not self._closed:
            self.finished.emit(name, result)
