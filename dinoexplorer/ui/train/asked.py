"""Which commands a run was given and has not shown the effect of yet."""

from __future__ import annotations

from collections.abc import Callable

from dinoexplorer.runs.views import RunDetail
from training.run import LIVE_STATES

PATIENCE = 20.0
"""Seconds after which a command without an effect is offered again; stopping has a countdown of its own."""
_Trace = tuple[object, ...]


class Asked:
    """Remembers each command with what the run looked like, and drops it when that has changed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: dict[str, tuple[float, _Trace]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def ask(self, command: str, detail: RunDetail) -> None:
        """Take note that ``command`` was just given."""
        self._waiting[command] = (self._clock(), _trace(command, detail))

    def waits_for(self, command: str) -> bool:
        """Whether the run has still to show that it heard."""
        return command in self._waiting

    def drop(self, command: str) -> None:
        self._waiting.pop(command, None)

    def forget(self) -> None:
        self._waiting.clear()

    def look(self, detail: RunDetail) -> None:
        """Drop what has had its effect, or waited too long."""
        live, now = detail.row.state in LIVE_STATES, self._clock()
        for command, (since, trace) in list(self._waiting.items()):
            done = _trace(command, detail) != trace
            late = command != "stop" and now - since >= PATIENCE
            over = not live and command != "start"
            if done or late or over:
                del self._waiting[command]


def _trace(command: str, detail: RunDetail) -> _Trace:
    """What changes when a command has its effect."""
    state = detail.row.state
    if command == "sample":
        return detail.samples[-1:]
    if command == "save":
        return detail.checkpoints[-1:]
    if command in {"stop", "kill", "start"}:
        return (state in LIVE_STATES,)
    return (state == "paused",)
