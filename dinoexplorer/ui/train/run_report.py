"""What to send to somebody who is to help: the sentence, where the run stood, the last lines, the machine."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dinoexplorer.runs.views import RunDetail

_LINES = 60


def run_report(detail: RunDetail) -> str:
    """A run as plain text to be pasted into a message."""
    row = detail.row
    said = row.reason or row.message
    lines = [
        f"Run: {row.title}",
        f"State: {row.state}" + (f": {said}" if said else ""),
        f"Recipe: {row.recipe or row.family}, pictures: {row.data}",
        f"Step {row.step:,} of {row.total_steps:,}, {row.images_seen:,} images seen",
        "",
        f"Last lines of {row.folder / 'log.txt'}:",
        *(detail.log.splitlines()[-_LINES:] or ["(empty)"]),
    ]
    if detail.problems:
        lines += ["", "Problems in the log:", *detail.problems]
    lines += ["", "Environment:", _indented(detail.environment) or "(not written yet)"]
    if detail.settings:
        lines += ["", "Settings:", _indented(detail.settings)]
    return "\n".join(lines) + "\n"


def _indented(values: Mapping[str, object]) -> str:
    return "\n".join(f"{key} = {json.dumps(value, default=str, ensure_ascii=False)}" for key, value in values.items())
