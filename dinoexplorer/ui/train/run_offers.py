"""What can be done with the runs that are selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dinoexplorer.runs.views import RunRow

FEWEST, MOST = 2, 9
"""How many runs can be compared."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry of the menu; without a name it is a line between groups."""

    name: str = ""
    text: str = ""
    keys: str = ""
    enabled: bool = True


def offers(rows: Sequence[RunRow]) -> tuple[Offer, ...]:
    """The menu for these runs."""
    one = len(rows) == 1
    queued = [row for row in rows if row.state == "queued"]
    alone = one and bool(queued)
    return (
        Offer("open", "Open", "Return", one),
        Offer("compare", "Compare", "Ctrl+Return", FEWEST <= len(rows) <= MOST),
        Offer("rename", "Rename", "F2", one),
        Offer("rerun", "Run again with changes…", "", one),
        Offer("resume", "Resume", "", any(map(can_resume, rows))),
        Offer(),
        Offer("first", "Run next", "", alone and rows[0].queue_place > 1),
        Offer("earlier", "Earlier in the queue", "Alt+Up", alone and rows[0].queue_place > 1),
        Offer("later", "Later in the queue", "Alt+Down", alone),
        Offer("unqueue", "Take out of the queue", "Del", bool(queued)),
        Offer(),
        Offer("folder", "Open folder", "", one and not queued),
    )


def can_resume(row: RunRow) -> bool:
    """Whether a run has ended before its end and left something to go on from."""
    return row.state in {"stopped", "failed", "interrupted"} and row.checkpoint is not None
