"""What belonged to the places where we stood, so that undo brings it back as well."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from dinoexplorer.generators.generator import FloatArray

_MOST = 40
Thing = TypeVar("Thing")


class Remembered(Generic[Thing]):
    """Keeps one thing for each of the last codes ``(dim,)``; the document hands out the same array again and again."""

    def __init__(self) -> None:
        self._kept: deque[tuple[FloatArray, Thing]] = deque(maxlen=_MOST)

    def keep(self, code: FloatArray, thing: Thing) -> None:
        """Keep it for a code, in place of what was there."""
        self._kept = deque((pair for pair in self._kept if pair[0] is not code), maxlen=_MOST)
        self._kept.append((code, thing))

    def at(self, code: FloatArray) -> Thing | None:
        """What belongs to a code; None where that is not known."""
        return next((thing for kept, thing in self._kept if kept is code), None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
