"""Reading a run folder, and steering it: for whoever watches, in any process and at any time."""

from __future__ import annotations

import json
import math
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import psutil

from training.config import ConfigError, RunConfig, from_toml
from training.errors import TrainingError
from training.files import replace_text

State = Literal["queued", "preparing", "running", "paused", "stopping", "finished", "stopped", "failed", "interrupted"]
Command = Literal["pause", "resume", "stop", "sample", "save", "outlive"]
"""`outlive`: go on without the companion that the run was to end with."""
Marks = tuple[tuple[str, int, int, int], ...]
COMPANION_VARIABLE = "DINOTRAIN_COMPANION"
"""`PID:CREATE_TIME` of a process; when it is gone the run saves and stops. Without it a run outlives who started it."""
LIVE_STATES = frozenset({"queued", "preparing", "running", "paused", "stopping"})
_PARTS = (
    "config.toml", "status.json", "metrics.jsonl", "log.txt", "about.json", "environment.json",
    "samples", "checkpoints",
)  # fmt: skip
REMOTE_SILENCE_SECONDS = 60.0
"""A run on another machine (a shared folder) counts as gone after this time without a heartbeat."""


class RunError(TrainingError):
    """A run folder that cannot be used, or a command it cannot take."""


@dataclass(frozen=True)
class Status:
    """What a run last said about itself (`status.json`).

    Attributes
    ----------
    heartbeat
        Unix time of the last sign of life, in seconds.
    process_create_time
        With `pid` it names one process and no later one.
    """

    state: State = "queued"
    phase: str = ""
    step: int = 0
    total_steps: int = 0
    images_seen: int = 0
    pid: int = 0
    process_create_time: float = 0.0
    heartbeat: float = 0.0
    message: str = ""
    host: str = ""
    handled_control: int = 0


@dataclass(frozen=True)
class Run:
    """A run as it is now, from `read_run`. `state` is derived: a live state without its process is `interrupted`."""

    folder: Path
    config: RunConfig
    status: Status
    state: State

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def samples(self) -> tuple[Path, ...]:
        """Sample sheets, oldest first."""
        return tuple(sorted((self.folder / "samples").glob("step-*.png"), key=step_of))

    @property
    def checkpoints(self) -> tuple[Path, ...]:
        """Step checkpoints, oldest first."""
        return tuple(sorted((self.folder / "checkpoints").glob("step-*.safetensors"), key=step_of))

    @property
    def last_checkpoint(self) -> Path | None:
        """The newest checkpoint, if any was written yet."""
        path = self.folder / "checkpoints" / "last.safetensors"
        return path if path.is_file() else None

    @property
    def best_checkpoint(self) -> Path | None:
        """The checkpoint with the lowest held-out loss, if any was evaluated yet."""
        path = self.folder / "checkpoints" / "best.safetensors"
        return path if path.is_file() else None

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def title(self) -> str:
        """What its owner calls it (`about.json`); the folder's name until it was given another."""
        title = read_json(self.folder / "about.json").get("title")
        return title if isinstance(title, str) and title else self.folder.name

    @property
    def made(self) -> float:
        """Unix time at which the run was made, in seconds; 0 when its files are gone."""
        made = finite(read_json(self.folder / "about.json").get("made"))
        if not math.isnan(made):
            return made
        times = []
        for path in [self.folder / "config.toml", *self.samples[:1]]:  # a resume writes config.toml anew
            with suppress(OSError):
                times.append(path.stat().st_mtime)
        return min(times, default=0.0)

    @property
    def environment(self) -> dict[str, Any]:
        """The contents of `environment.json`; empty when it is not there yet."""
        return read_json(self.folder / "environment.json")


def step_of(path: Path) -> tuple[int, str]:
    digits = path.stem.rpartition("-")[2]
    return (int(digits) if digits.isdecimal() else -1, path.name)


def read_run(folder: Path | str) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        It is not a run folder, or its configuration cannot be read.
    """
    folder = Path(folder)
    try:
        text = (folder / "config.toml").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{folder} is not a run folder: it has no readable config.toml") from error
    try:
        config = from_toml(text)
    except ConfigError as error:
        raise RunError(f"the configuration of the run {folder} cannot be used: {error}") from error
    status = _read_status(folder)
    state = state_now(status)
    if state != status.state:  # its process may have said its last word, and gone, since that was read
        status = _read_status(folder)
        state = state_now(status)
    return Run(folder, config, status, state)


def write_about(folder: Path | str, *, title: str, made: float | None = None) -> None:
    """Keep what its owner calls a run, and when it was made; the folder keeps its name.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    path = Path(folder) / "about.json"
    values = read_json(path) | {"title": title} | ({} if made is None else {"made": made})
    try:
        replace_text(path, json.dumps(values))
    except OSError as error:
        raise RunError(f"cannot write into {folder}: {error.strerror or error}") from error


def marks_of(folder: Path | str) -> Marks:
    """Name, time, size and number of each part of a run folder; as long as they are the same, so is the run.

    Empty for a folder that is no run.
    """
    marks = []
    for name in _PARTS:
        try:
            stat = (Path(folder) / name).stat()
        except OSError:
            if name == "config.toml":
                return ()
            continue
        marks.append((name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(marks)


def find_runs(folder: Path | str) -> tuple[Run, ...]:
    """Every run directly inside `folder`, newest first; folders that are no runs are passed over."""
    runs = []
    try:
        inside = [path for path in Path(folder).iterdir() if (path / "config.toml").is_file()]
    except OSError:
        inside = []
    for path in inside:
        try:
            runs.append(read_run(path))
        except RunError:
            continue
    return tuple(sorted(runs, key=lambda run: (run.folder / "config.toml").stat().st_mtime, reverse=True))


def read_metrics(
    folder: Path | str, offset: int = 0, *, holding: str = "", at_most: int = -1
) -> tuple[list[dict[str, Any]], int]:
    """Records of `metrics.jsonl` from a byte offset on, and the offset to go on from.

    A resumed run repeats steps after its last saved state; of records with the same or a later step only the newest
    count, which `latest_course` sorts out for a whole file. A half-written last line is left for the next call.
    With `holding`, only records whose line holds that text, and the newest two (of a step and of an evaluation after
    it): many times faster. With `at_most`, no more than so many bytes and the rest of their last line.
    """
    try:
        with (Path(folder) / "metrics.jsonl").open("rb") as file:
            file.seek(offset)
            data = file.read(at_most) + file.readline()
    except OSError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    lines, wanted, records = whole.split(b"\n"), holding.encode(), []
    for line in [*(line for line in lines[:-3] if wanted in line), *lines[-3:-1]]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue  # a line cut by a kill, followed by the lines of the resumed process
        if isinstance(record, dict) and isinstance(record.get("step"), int):
            records.append(record)
    return records, offset + len(whole)


def latest_course(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop the records that a resumed run trained again."""
    kept: list[dict[str, Any]] = []
    for record in records:
        if kept and kept[-1]["step"] > record["step"]:
            while kept and kept[-1]["step"] >= record["step"]:
                kept.pop()
        kept.append(record)
    return kept


def send(folder: Path | str, command: Command) -> int:
    """Leave a command for the process that trains in `folder`; it is read within a second.

    Returns
    -------
    int
        The number of the command; `Status.handled_control` reaches it when the run has seen it.

    Raises
    ------
    RunError
        Nothing trains there.
    """
    run = read_run(folder)
    if command not in get_args(Command):
        raise RunError(f"unknown command {command!r}; there are {', '.join(get_args(Command))}")
    if not run.is_live:
        raise RunError(f"the run {run.folder} is {run.state}: nothing trains there that could {command}")
    waiting = read_json(run.folder / "control.json")
    if waiting.get("command") == "stop" and control_number(run.folder) > run.status.handled_control:
        return control_number(run.folder)  # a stop that nobody has read yet is not to be overwritten
    number = 1 + max(run.status.handled_control, control_number(run.folder))
    try:
        replace_text(run.folder / "control.json", json.dumps({"command": command, "id": number}))
    except OSError as error:
        raise RunError(
            f"cannot tell the run {run.folder} to {command}: {error.strerror or error}; make room, or see whether the"
            " folder can be written"
        ) from error
    return number


def process_lives(pid: int, create_time: float) -> bool:
    """Whether exactly that process is alive, not a later one with its number."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - create_time) < 1.0
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError, OverflowError):
        return False


def state_now(status: Status) -> State:
    """The state that is true now: a live one without its process is `interrupted`."""
    if status.state not in LIVE_STATES:
        return status.state
    if status.host and status.host != socket.gethostname():
        alive = time.time() - status.heartbeat < REMOTE_SILENCE_SECONDS
    else:
        alive = process_lives(status.pid, status.process_create_time)
    return status.state if alive else "interrupted"


def _read_status(folder: Path) -> Status:
    values = read_json(folder / "status.json")
    known: dict[str, Any] = {}
    for name, default in Status().__dict__.items():
        value = values.get(name, default)
        if isinstance(default, float):
            known[name] = default if math.isnan(number := finite(value)) else number
        else:
            known[name] = value if type(value) is type(default) else default
    if known["state"] not in get_args(State):
        known["state"] = "interrupted"
    return Status(**known)


def finite(value: Any) -> float:
    """A number as it stands in a file; NaN for whatever else stands there."""
    try:
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else math.nan
    except OverflowError:  # a whole number of hundreds of digits
        return math.nan


def read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def control_number(folder: Path) -> int:
    value = read_json(folder / "control.json").get("id")
    return value if isinstance(value, int) else 0
