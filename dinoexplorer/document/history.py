"""Every state that was visited: undo and redo walk a tree in which nothing that was undone is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, eq=False)
class Entry(Generic[State]):
    """One state that was visited.

    Attributes
    ----------
    number : int
        Counted from 0 in the order of time; never given to another one.
    state
        An immutable value.
    what : str
        What made it of the one before, in words: "moved", "locked z3".
    time : float
        When, in seconds since 1970.
    before : int or None
        The number of the entry that it was made of; None for the first, and where that one is forgotten.
    """

    number: int
    state: State
    what: str
    time: float
    before: int | None


class History(Generic[State]):
    """The way through the values of one immutable state.

    A state is recorded when it becomes the present one. What is recorded after an undo begins a branch; the other
    branches stay, and `jump` leads to any of them. Redo goes to the branch on which we stood last, which right after a
    jump is the newest. At most ``limit`` steps are kept: the oldest ends of branches go first, then the beginning.
    """

    def __init__(
        self, first: State, limit: int = 1000, *, what: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._next = 1
        entry = Entry(0, first, what, clock(), None)
        self._entries: dict[int, Entry[State]] = {0: entry}
        self._after: dict[int, list[int]] = {0: []}  # each one's branches, the one on which we stood last at the end
        self._present = entry

    @property
    def present(self) -> State:
        return self._present.state

    @property
    def entry(self) -> Entry[State]:
        """The entry of the present state."""
        return self._present

    @property
    def entries(self) -> tuple[Entry[State], ...]:
        """Every state that is kept, the oldest first."""
        return tuple(self._entries.values())

    @property
    def can_undo(self) -> bool:
        return self._before(self._present) is not None

    @property
    def can_redo(self) -> bool:
        return bool(self._after[self._present.number])

    def record(self, state: State, what: str = "") -> None:
        """Make ``state`` the present one, as the newest branch of what was."""
        number = self._next
        self._next += 1
        entry = Entry(number, state, what, self._clock(), self._present.number)
        self._after[self._present.number].append(number)
        self._entries[number], self._after[number] = entry, []
        self._present = entry
        if len(self._entries) > self._limit + 1:
            self._forget_one()

    def undo(self) -> State:
        """Go one step back, if there is one, and return the present state."""
        before = self._before(self._present)
        if before is not None:
            self._stood_on(self._present)
            self._present = before
        return self.present

    def redo(self) -> State:
        """Go one step forward, if there is one, and return the present state."""
        if self.can_redo:
            self._present = self._entries[self._after[self._present.number][-1]]
        return self.present

    def jump(self, number: int) -> State:
        """Go to any entry and return its state; where it is forgotten, nothing happens. Nothing is lost by it."""
        entry = self._entries.get(number)
        if entry is not None:
            self._present = entry
            self._after[number].sort()
            while entry is not None:  # back and forth again leads here
                self._stood_on(entry)
                entry = self._before(entry)
        return self.present

    def _before(self, entry: Entry[State]) -> Entry[State] | None:
        return None if entry.before is None else self._entries.get(entry.before)

    def _stood_on(self, entry: Entry[State]) -> None:
        before = self._before(entry)
        if before is not None:
            branches = self._after[before.number]
            branches.remove(entry.number)
            branches.append(entry.number)

    def _forget_one(self) -> None:
        """The present entry is the newest here, so the oldest end of a branch is another one."""
        ends = (number for number, after in self._after.items() if not after and number != self._present.number)
        number = next(ends, None)
        if number is None:  # a single line: its beginning goes
            number = next(iter(self._entries))
        entry = self._entries.pop(number)
        del self._after[number]
        if entry.before in self._after:
            self._after[entry.before].remove(number)
