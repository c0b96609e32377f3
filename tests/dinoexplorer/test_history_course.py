"""How the states that were visited lie to the present one, for a strip of all of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.document.course import courses
from dinoexplorer.document.history import History


def test_the_way_here_what_was_undone_and_what_was_left_are_told_apart():
    history = History("opened")
    for number in range(1, 5):
        history.record(f"state {number}")
    history.undo()
    history.undo()
    history.record("state 5")  # leaves 3 and 4
    history.record("state 6")
    history.undo()
    found = courses(history.entries, history.entry)
    assert [found[number] for number in range(7)] == [
        "before", "before", "before", "aside", "aside", "present", "after",
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(["record", "undo", "redo", 0.0, 0.3, 0.8]), max_size=40), st.integers(2, 12))
def test_undo_visits_what_is_before_and_redo_what_is_after(steps, limit):
    history = History("opened", limit=limit)
    for step in steps:
        if step == "record":
            history.record("another")
        elif isinstance(step, float):
            entries = history.entries
            history.jump(entries[int(step * (len(entries) - 1))].number)
        else:
            getattr(history, step)()
    found = courses(history.entries, history.entry)
    assert list(found) == [entry.number for entry in history.entries]
    assert list(found.values()).count("present") == 1
    here = history.entry.number
    while history.can_undo:
        history.undo()
        assert found[history.entry.number] == "before"
    history.jump(here)
    while history.can_redo:
        history.redo()
        assert found[history.entry.number] == "after"
