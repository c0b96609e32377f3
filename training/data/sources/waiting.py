"""Work of a library that cannot be stopped, beside a main thread that can."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")

_LISTEN_SECONDS = 0.2


def result_of(work: Callable[[], T], listen: Callable[[], None]) -> T:
    """The result of `work`, done in a thread; `listen` is called every now and then.

    When `listen` raises, the work is left behind: it ends with the process at the latest, and downloads that it
    finished are found again next time.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  handed over to who waits
            future.set_exception(error)

    threading.Thread(target=run, name="library", daemon=True).start()
    while not future.done():
        wait([future], _LISTEN_SECONDS)
        listen()
    return future.result()
