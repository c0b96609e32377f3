"""How long work in the background gives way to the live picture."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress

from dinoexplorer.rendering.live_activity import LiveActivity

LONGEST = 0.35
"""Seconds for which one piece of work is held up at most, so that it goes on under a hand that never rests."""
_NICENESS = 10


class GivingWay:
    """Is called before each piece of work; returns when the live picture is at rest, or has been waited for enough."""

    def __init__(self, activity: LiveActivity, longest: float = LONGEST) -> None:
        self._activity, self._longest = activity, longest
        self._ended = False

    def __call__(self) -> None:
        until = time.monotonic() + self._longest
        with self._activity.changed:
            while not self._ended and (left := until - time.monotonic()) > 0:
                rest = self._activity.until_rest()
                if rest == 0:
                    return
                self._activity.changed.wait(left if rest is None else min(rest, left))

    def end(self) -> None:
        """Hold nothing up any more, and let go of what is held up now; from any thread."""
        with self._activity.changed:
            self._ended = True
            self._activity.changed.notify_all()


def stand_back() -> None:
    """Give the calling thread, and those that it starts from now on, less of the processor than the live picture gets.

    Only Linux can do so for a single thread by this call; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
