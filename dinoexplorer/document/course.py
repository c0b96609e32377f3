"""How the states that were visited lie to the one on which we stand: for a strip that shows them all in a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from dinoexplorer.document.history import Entry

Course = Literal["before", "present", "after", "aside"]
"""On the way here, here, made of what is here and undone since, or on a branch that was left."""


def courses(entries: Iterable[Entry[Any]], present: Entry[Any]) -> dict[int, Course]:
    """The course of each entry, by its number; ``entries`` are in the order of time."""
    known = {entry.number: entry for entry in entries}
    found: dict[int, Course] = dict.fromkeys(known, "aside")
    step = known.get(present.number)
    while step is not None:
        found[step.number] = "before"
        step = None if step.before is None else known.get(step.before)
    found[present.number] = "present"
    for number, entry in known.items():  # what it was made of comes before it
        if number != present.number and entry.before is not None and found.get(entry.before) in {"present", "after"}:
            found[number] = "after"
    return found
