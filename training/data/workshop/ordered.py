"""Work in several threads whose results come in the order of the tasks."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_IN_FLIGHT = 4  # tasks for each thread: a slow picture does not leave the other threads idle
_LISTEN_SECONDS = 0.2


def in_order(work: Callable[[T], R], tasks: Iterable[T], listen: Callable[[], None]) -> Generator[R]:
    """Yield `work(task)` for each task, a bounded number of them ahead of what was asked for.

    Close it (`contextlib.closing`) to call off what has not begun; it returns when what has begun is done.

    Parameters
    ----------
    listen
        Called every now and then while a result is waited for; it may raise to stop the work.
    """
    workers = os.cpu_count() or 1
    pool = ThreadPoolExecutor(workers, thread_name_prefix="prepare")
    waiting: deque[Future[R]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) >= workers * _IN_FLIGHT:
                yield _result(waiting.popleft(), listen)
        while waiting:
            yield _result(waiting.popleft(), listen)
    finally:
        pool.shutdown(cancel_futures=True)


def _result(future: Future[R], listen: Callable[[], None]) -> R:
    while not future.done():
        wait([future], timeout=_LISTEN_SECONDS)
        if not future.done():
            listen()
    return future.result()
