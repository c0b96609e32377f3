"""Undo and redo of values that are never changed in place."""

from __future__ import annotations

from typing import Generic, TypeVar

State = TypeVar("State")


class History(Generic[State]):
    """The past and the future of one immutable state.

    A state is recorded when it becomes the present one; what was undone stays until something new is recorded. At most
    ``limit`` steps are kept.
    """

    def __init__(self, first: State, limit: int = 1000) -> None:
        self._limit = limit
        self._past: list[State] = []
        self._future: list[State] = []
        self._present = first

    @property
    def present(self) -> State:
        return self._present

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def record(self, state: State) -> None:
        """Make ``state`` the present one; what was undone before is gone."""
        self._past.append(self._present)
        del self._past[: -self._limit]
        self._future.clear()
        self._present = state

    def undo(self) -> State:
        """Go one step back, if there is one, and return the present state."""
        if self._past:
            self._future.append(self._present)
            self._present = self._past.pop()
        return self._present

    def redo(self) -> State:
        """Go one step forward, if there is one, and return the present state."""
        if self._future:
            self._past.append(self._present)
            self._present = self._future.pop()
        return self._present
