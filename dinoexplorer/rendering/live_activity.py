"""Whether the live picture has something to do, for those who give way to it."""

from __future__ import annotations

import math
import threading
import time

PAUSE = 0.08  # seconds without anything to do, after which the live picture is at rest


class LiveActivity:
    """Keeps when the live picture was last asked for and made.

    Attributes
    ----------
    changed : threading.Condition
        Told whenever the live picture has nothing more to do; whoever waits for that waits on it, and may share it.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._asked = self._done = 0
        self._last = -math.inf

    def asked(self, number: int) -> None:
        """Request ``number`` was made; from now on nobody else shall begin anything."""
        with self.changed:
            self._asked, self._last = number, time.monotonic()

    def done(self, number: int) -> None:
        """Request ``number`` is answered, and with it all that came before."""
        with self.changed:
            self._done, self._last = max(self._done, number), time.monotonic()
            self.changed.notify_all()

    def until_rest(self) -> float | None:
        """Seconds until the live picture is at rest, 0 when it is; None while it has something to do.

        To be called with ``changed`` held.
        """
        if self._done < self._asked:
            return None
        return max(self._last + PAUSE - time.monotonic(), 0.0)
