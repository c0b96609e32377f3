"""Long work beside a main thread that goes on listening."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from typing import TypeVar

T = TypeVar("T")

_LISTEN_SECONDS = 0.2


def in_background(work: Callable[[], T], listen: Callable[[], None]) -> T:
    """Do `work` in a thread and call `listen` every now and then until it is done.

    When `listen` raises, the work is still waited for: nothing is left running behind the caller's back.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="background") as pool:
        future = pool.submit(work)
        while True:
            try:
                return future.result(_LISTEN_SECONDS)
            except Waiting:
                if future.done():  # the work itself raised one
                    raise
            listen()
