"""What a training will take: time, memory, disk, and whether that is there."""

from __future__ import annotations

import math
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from dinoexplorer.runs.hardware import gpu_memory
from dinoexplorer.runs.ordering import device_name, resolved
from dinoexplorer.runs.row_reading import RowReader
from dinoexplorer.runs.sizing import Size, size_of
from dinoexplorer.runs.views import Estimate, Order
from training.config import RunConfig, load_recipe, resolve
from training.errors import TrainingError
from training.run import Marks, marks_of

_STATE_BYTES = 16
"""For each parameter in `state.pt`: weights, averaged weights and two averages of AdamW."""
_SHEET_SHARE = 0.6
"""Of the bytes of a sheet's pixels that stay in a PNG file."""
_SHEET_PICTURES = 64
_USED_AT_MOST = 0.8
_LONG_SECONDS = 48 * 3600.0


@dataclass(frozen=True, slots=True)
class _Speed:
    seconds: float
    basis: str


@dataclass(frozen=True, slots=True)
class _Past:
    title: str
    family: str
    size: int
    model: Mapping[str, Any]
    device: str
    speed: float
    made: float


_known: dict[Path, tuple[Marks, _Past | None]] = {}


def estimate(order: Order, home: Path) -> Estimate:
    """What an order will take on this machine (imports torch).

    Raises
    ------
    training.errors.TrainingError
        The order cannot be carried out; the text says why.
    """
    config = resolved(order)
    device = device_name(config.device)
    config = config.model_copy(update={"device": device})
    size = size_of(config)
    images = config.steps * config.images_per_step
    speed = _speed(config, home, device, images)
    memory = size.memory_bytes(config.batch_size) + (_data_bytes(config) if device != "cpu" else 0)
    disk, free_disk = _disk_bytes(config, size), _free_disk(home)
    free_memory = psutil.virtual_memory().available if not device.startswith("cuda") else gpu_memory(device)[0]
    found = Estimate(
        steps=config.steps, images=images, parameters=size.parameters, seconds=speed.seconds, memory_bytes=memory,
        disk_bytes=disk, free_memory_bytes=free_memory, free_disk_bytes=free_disk, device=device, basis=speed.basis,
    )  # fmt: skip
    return replace(found, warnings=_warnings(found, config, size))


def fitting_batch_size(config: RunConfig) -> int:
    """The largest batch that fits into four fifths of the device's memory, and is smaller than the one that did not."""
    total = psutil.virtual_memory().total if not config.device.startswith("cuda") else gpu_memory(config.device)[1]
    half = max(1, config.batch_size // 2)
    try:
        size = size_of(config)
    except TrainingError:
        return half
    room = _USED_AT_MOST * total - size.fixed_bytes
    return max(1, min(half, int(room / max(1, size.picture_bytes)))) if total else half


def _warnings(found: Estimate, config: RunConfig, size: Size) -> tuple[str, ...]:
    warnings = []
    if found.free_memory_bytes and found.memory_bytes > found.free_memory_bytes:
        room = found.free_memory_bytes - size.fixed_bytes
        fits = int(_USED_AT_MOST * room / max(1, size.picture_bytes))
        advice = f"a batch_size of {fits} would fit" if 1 <= fits < config.batch_size else "choose a smaller image.size"
        warnings.append(
            f"It needs about {gigabytes(found.memory_bytes)} of memory and {gigabytes(found.free_memory_bytes)} are"
            f" free; {advice}."
        )
    if found.free_disk_bytes and found.disk_bytes > found.free_disk_bytes:
        warnings.append(
            f"It writes about {gigabytes(found.disk_bytes)} and {gigabytes(found.free_disk_bytes)} are free on the"
            " disk; lower checkpoint.keep or make room."
        )
    if found.seconds > _LONG_SECONDS:
        warnings.append(
            f"At this speed it takes {found.seconds / 86_400:.0f} days; fewer steps or a smaller image.size would be"
            " quicker."
        )
    return tuple(warnings)


def gigabytes(count: int) -> str:
    """`1.5 GB` or `230 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"


def _speed(config: RunConfig, home: Path, device: str, images: int) -> _Speed:
    """From earlier runs of this family on this machine, else from what the recipe was measured with."""
    pixels = config.image.size**2
    best: tuple[float, float, str] | None = None
    for past in _past_runs(home):
        if past.family != config.family or past.device != device:
            continue
        distance = abs(math.log(pixels / past.size**2)) + 0.1 * (past.model != config.model)
        if best is None or distance < best[0]:
            scale = "" if past.size == config.image.size else f", scaled from {past.size} px"
            text = f"as fast as {past.title!r} was on this machine{scale}"
            best = distance, past.speed * past.size**2 / pixels, text
    if best is not None:
        return _Speed(images / best[1], f"{best[2]}: {best[1]:,.0f} pictures a second")
    return _measured_elsewhere(config, device, images)


def _past_runs(home: Path) -> list[_Past]:
    """Runs of this folder that trained on this machine, newest first; each is read once."""
    try:
        folders = [path for path in home.iterdir() if path.is_dir()]
    except OSError:
        return []
    found = []
    for folder in folders:
        marks = marks_of(folder)
        if not marks:
            continue
        if folder not in _known or _known[folder][0] != marks:
            _known[folder] = marks, _past(folder)
        if (past := _known[folder][1]) is not None:
            found.append(past)
    return sorted(found, key=lambda past: past.made, reverse=True)


def _past(folder: Path) -> _Past | None:
    reader = RowReader(folder)
    reader.refresh()
    run = reader.run
    if run is None or not reader.speed > 0 or run.environment.get("host") != socket.gethostname():
        return None
    device = (str(run.environment.get("device", "")).split() or [""])[0]
    config = run.config
    return _Past(run.title, config.family, config.image.size, config.model,
                 "cuda:0" if device == "cuda" else device, reader.speed, run.made)  # fmt: skip


def _measured_elsewhere(config: RunConfig, device: str, images: int) -> _Speed:
    unknown = _Speed(math.nan, "nothing like it was trained on this machine yet")
    try:
        recipe = load_recipe(config.recipe)
        size = resolve(config.recipe).image.size
    except TrainingError:
        return unknown
    prefix, machine = ("gpu_", "gpu") if device.startswith("cuda") else ("", "cpu")
    per_thousand = recipe.expected.get(f"{prefix}seconds_per_1000_images")
    if device == "mps" or not isinstance(per_thousand, int | float) or not 0 < per_thousand < math.inf:
        return unknown
    scale = "" if size == config.image.size else f", scaled from {size} px"
    seconds = per_thousand / 1000 * images * (config.image.size / size) ** 2
    return _Speed(seconds, f"as the recipe was measured on {recipe.expected.get(machine, 'another machine')}{scale}")


def _data_bytes(config: RunConfig) -> int:
    """Of the pictures on a GPU, where their number is known."""
    count = config.data.count if config.data.source.startswith("builtin:") else 0
    return int(count * config.image.size**2 * config.image.channels)


def _disk_bytes(config: RunConfig, size: Size) -> int:
    checkpoint = size.kept * (2 if config.checkpoint.dtype == "float16" else 4)
    written = config.steps // config.checkpoint.every + 1
    stay = min(written, config.checkpoint.keep) if config.checkpoint.keep else written
    sheets = config.steps // config.samples.every + 1
    sheet = _SHEET_PICTURES * config.image.size**2 * config.image.channels * _SHEET_SHARE
    records = config.steps // config.log.every * 400
    return int(checkpoint * (stay + 2) + _STATE_BYTES * size.parameters + sheets * sheet + records)


def _free_disk(home: Path) -> int:
    for folder in (home, *home.absolute().parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return 0
