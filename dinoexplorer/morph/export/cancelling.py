"""Ending an export from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancelled(Exception):
    """The export was ended by the one who asked for it; nothing of it is left."""


class Cancellation:
    """Ends an export at once, even while it waits for a slow model: what waits is woken, not asked now and then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake: Callable[[], None] | None = None
        self._requested = False

    @property
    def requested(self) -> bool:
        """Whether `cancel` was called."""
        return self._requested

    def cancel(self) -> None:
        """End the export; from any thread, and as often as one likes."""
        with self._lock:
            self._requested = True
            if self._wake is not None:
                self._wake()

    def wakes(self, wake: Callable[[], None] | None) -> None:
        """What is called when it is cancelled, none any more with None."""
        with self._lock:
            self._wake = wake
