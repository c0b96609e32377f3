"""The command that does what an order says, as one could type it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from dinoexplorer.runs.views import Order
from training.config import ConfigError, parse_override


def command_line(order: Order, folder: Path | None = None) -> str:
    """`dinotrain fit ...` for the shell of this system; without a ``folder`` the command chooses one in `runs`."""
    parts = ["dinotrain", "fit", order.recipe, "--data", order.data]
    if folder is not None:
        parts += ["--out", str(folder)]
    if order.changes:
        parts += ["--set", *(override(key, value) for key, value in order.changes.items())]
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)


def overrides_of(order: Order) -> list[str]:
    """What the order changes, as `training.config.resolve` takes it; the pictures' place is absolute."""
    source = order.data if order.data.startswith("builtin:") else str(Path(order.data).expanduser().absolute())
    return [override("data.source", source), *(override(key, value) for key, value in order.changes.items())]


def override(key: str, value: Any) -> str:
    """`key=value`, with quotes only where text would be read as something else."""
    if isinstance(value, str):
        return f"{key}={value}" if _reads_as(key, value) else f"{key}={json.dumps(value, ensure_ascii=False)}"
    if isinstance(value, list | tuple):
        return f"{key}={json.dumps(list(value), ensure_ascii=False)}"
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    return f"{key}={value!r}"


def _reads_as(key: str, text: str) -> bool:
    try:
        return parse_override(f"{key or 'key'}={text}") == (key or "key", text)
    except ConfigError:
        return False
