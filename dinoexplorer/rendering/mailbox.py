"""The mailbox between the window and the render thread: it holds one thing, and the newest wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """One place, last writer wins, one reader that sleeps until something is there."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: Item | None = None
        self._closed = False

    def put(self, item: Item) -> None:
        """Leave ``item``; one that was not taken yet is dropped."""
        with self._condition:
            self._item = item
            self._condition.notify()

    def take(self) -> Item | None:
        """Sleep until there is an item and take it; None once the mailbox is closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._item is not None or self._closed)
            if self._closed:
                return None
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Wake the reader for the last time."""
        with self._condition:
            self._closed = True
            self._condition.notify()
