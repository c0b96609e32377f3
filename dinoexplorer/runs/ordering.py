"""From an order to an entry of the queue: checked, complete, with a folder of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from pathlib import Path

from dinoexplorer.runs.command_line import overrides_of
from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.queue_file import Entry
from dinoexplorer.runs.views import Order
from training.config import RunConfig, resolve, to_toml

_LONGEST = 60
_TAKEN_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def resolved(order: Order) -> RunConfig:
    """The complete configuration of an order.

    Raises
    ------
    training.errors.TrainingError
        A setting, the data or the device cannot be used.
    """
    config = resolve(order.recipe, overrides_of(order))
    source = config.data.source
    if not source.startswith("builtin:") and not Path(source).exists():
        raise KeeperError(
            f"the data {source!r} is not there; choose a folder of pictures, an .npz file or builtin:dinosaurs"
        )
    return config


def entry_of(order: Order, home: Path, taken: Collection[str]) -> Entry:
    """What the queue keeps of an order.

    Raises
    ------
    training.errors.TrainingError
        As `resolved`.
    """
    config = resolved(order)
    title = " ".join(order.title.split()) or order.recipe
    folder = free_folder(home, folder_name(title) or folder_name(order.recipe), taken)
    return Entry(folder, title, config=to_toml(config), device=device_name(config.device), asked=time.time())


def device_name(wanted: str) -> str:
    """What a run with this setting occupies: `cpu`, `cuda:0`, `mps` (imports torch).

    Raises
    ------
    training.config.ConfigError
        The device is not there.
    """
    from training.device import choose_device  # noqa: PLC0415  imports torch

    device = choose_device(wanted)
    return f"cuda:{device.index or 0}" if device.type == "cuda" else device.type


def folder_name(title: str) -> str:
    """A title as the name of a folder, on every system."""
    name = re.sub(r"[^\w.=+-]+", "-", title.lower()).strip("-._")[:_LONGEST].strip("-._")
    return f"run-{name}" if _TAKEN_ON_WINDOWS.fullmatch(name) else name


def free_folder(home: Path, wanted: str, taken: Collection[str]) -> str:
    """The name, or with a number behind it where that is taken."""
    name, number = wanted or "run", 1
    occupied = {other.casefold() for other in taken}
    while name.casefold() in occupied or (home / name).exists():
        number += 1
        name = f"{wanted or 'run'}-{number}"
    return name


def planned_folder(order: Order, home: Path) -> Path:
    """Where a run of this order would lie if it began now."""
    title = " ".join(order.title.split()) or order.recipe
    return home / free_folder(home, folder_name(title) or folder_name(order.recipe), ())
