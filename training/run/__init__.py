"""The run folder: writer, reader and control. The only place that knows its layout.

Whoever trains holds a `RunWriter`; whoever watches or steers, in any process and at any time, uses `read_run`,
`read_metrics` and `send`. Nothing here imports torch.
"""

from training.run.reading import (
    COMPANION_VARIABLE,
    LIVE_STATES,
    REMOTE_SILENCE_SECONDS,
    Command,
    Marks,
    Run,
    RunError,
    State,
    Status,
    find_runs,
    finite,
    latest_course,
    marks_of,
    process_lives,
    read_metrics,
    read_run,
    send,
    state_now,
    write_about,
)
from training.run.writing import BEAT_SECONDS, RunWriter

__all__ = [
    "BEAT_SECONDS",
    "COMPANION_VARIABLE",
    "LIVE_STATES",
    "REMOTE_SILENCE_SECONDS",
    "Command",
    "Marks",
    "Run",
    "RunError",
    "RunWriter",
    "State",
    "Status",
    "find_runs",
    "finite",
    "latest_course",
    "marks_of",
    "process_lives",
    "read_metrics",
    "read_run",
    "send",
    "state_now",
    "write_about",
]
