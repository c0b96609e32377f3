"""Every state that was visited stays reachable, whatever was undone and done anew."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dinoexplorer.document.history import History


class AnyWalk(RuleBasedStateMachine):
    """A history beside a plain model of it: what each number stood for, and what it was made of."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History("first", what="opened", clock=lambda: 0.0)
        self.states = {0: "first"}
        self.made_of: dict[int, int | None] = {0: None}
        self.present = 0

    @rule()
    def record(self) -> None:
        number = len(self.states)
        self.states[number], self.made_of[number] = f"state {number}", self.present
        self.history.record(f"state {number}", "moved")
        self.present = number

    @rule()
    def undo(self) -> None:
        before = self.made_of[self.present]
        assert self.history.can_undo == (before is not None)
        self.present = self.present if before is None else before
        assert self.history.undo() == self.states[self.present]

    @rule()
    def redo(self) -> None:
        branches = [number for number, before in self.made_of.items() if before == self.present]
        assert self.history.can_redo == bool(branches)
        state = self.history.redo()
        assert state in [self.states[number] for number in branches or [self.present]]
        self.present = self.history.entry.number

    @rule(share=st.floats(0, 1))
    def jump(self, share: float) -> None:
        number = round(share * (len(self.states) - 1))
        assert self.history.jump(number) == self.states[number]
        self.present = number

    @precondition(lambda self: self.history.can_undo)
    @rule()
    def undo_and_redo_is_nothing(self) -> None:
        self.history.undo()
        self.history.redo()

    @rule()
    def undo_all_and_redo_all(self) -> None:
        steps = 0
        while self.history.can_undo:
            self.history.undo()
            steps += 1
        assert self.history.present == "first"
        for _ in range(steps):
            self.history.redo()

    @invariant()
    def stands_where_it_should(self) -> None:
        assert self.history.present == self.states[self.present]
        assert self.history.entry.number == self.present

    @invariant()
    def nothing_is_lost(self) -> None:
        assert {entry.number: entry.state for entry in self.history.entries} == self.states
        assert [entry.number for entry in self.history.entries] == sorted(self.states)


AnyWalk.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyWalk = AnyWalk.TestCase


def numbers(history: History) -> list[int]:
    return [entry.number for entry in history.entries]


def test_entries_say_what_was_done_and_when():
    times = iter([10.0, 11.5])
    history = History("a", what="opened", clock=times.__next__)
    history.record("b", "locked z3")
    assert [(entry.number, entry.what, entry.time, entry.before) for entry in history.entries] == [
        (0, "opened", 10.0, None),
        (1, "locked z3", 11.5, 0),
    ]


def test_a_branch_that_was_left_is_reached_by_a_jump_and_redo_goes_on_along_it():
    history = History("start")
    history.record("left 1")
    history.record("left 2")
    history.undo()
    history.undo()
    history.record("right")
    assert not history.can_redo
    assert history.jump(1) == "left 1"
    assert history.redo() == "left 2"
    history.undo()
    history.undo()
    assert history.redo() == "left 1"


def test_redo_after_a_jump_goes_to_the_newest_branch():
    history = History("start")
    for state in ("first", "second", "third"):
        history.jump(0)
        history.record(state)
    history.jump(2)
    history.jump(0)
    assert history.redo() == "third"


def test_a_jump_to_what_is_forgotten_changes_nothing():
    history = History(0, limit=2)
    for state in range(1, 6):
        history.record(state)
    assert history.jump(0) == 5
    assert history.jump(77) == 5


def test_the_oldest_end_of_a_branch_goes_first_and_the_way_back_stays():
    history = History("start", limit=4)
    history.record("old 1")
    history.record("old 2")
    history.jump(0)
    history.record("new 1")
    history.record("new 2")
    assert numbers(history) == [0, 1, 2, 3, 4]
    history.record("new 3")
    assert numbers(history) == [0, 1, 3, 4, 5]
    history.record("new 4")
    assert numbers(history) == [0, 3, 4, 5, 6]
    history.record("new 5")
    assert numbers(history) == [3, 4, 5, 6, 7]
    assert [history.undo() for _ in range(5)] == ["new 4", "new 3", "new 2", "new 1", "new 1"]


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_no_more_than_the_limit_is_kept_on_any_walk(limit):
    history = History(0, limit=limit)
    for state in range(1, 60):
        history.record(state)
        if state % 5 == 0:
            history.jump(history.entries[0].number)
        assert len(history.entries) <= limit + 1
        assert history.entry in history.entries
