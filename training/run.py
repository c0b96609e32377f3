"""The run folder: writer, reader and control. The only file that knows its layout.

Whoever trains holds a `RunWriter`; whoever watches or steers, in any process and at any time, uses `read_run`,
`read_metrics` and `send`. Nothing here imports torch.
"""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import psutil

from training.config import ConfigError, RunConfig, from_toml, to_toml
from training.errors import TrainingError
from training.files import FolderLock, replace_text

State = Literal["queued", "preparing", "running", "paused", "stopping", "finished", "stopped", "failed", "interrupted"]
Command = Literal["pause", "resume", "stop", "sample", "save"]
LIVE_STATES = frozenset({"queued", "preparing", "running", "paused", "stopping"})
BEAT_SECONDS = 1.0
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
        return tuple(sorted((self.folder / "samples").glob("step-*.png"), key=_step_of))

    @property
    def checkpoints(self) -> tuple[Path, ...]:
        """Step checkpoints, oldest first."""
        return tuple(sorted((self.folder / "checkpoints").glob("step-*.safetensors"), key=_step_of))

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
    def environment(self) -> dict[str, Any]:
        """The contents of `environment.json`; empty when it is not there yet."""
        return _read_json(self.folder / "environment.json")


def _step_of(path: Path) -> tuple[int, str]:
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
    return Run(folder, config, status, _derived_state(status))


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


def read_metrics(folder: Path | str, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Records of `metrics.jsonl` from a byte offset on, and the offset to go on from.

    A resumed run repeats steps after its last saved state; of records with the same or a later step only the newest
    count, which `latest_course` sorts out for a whole file. A half-written last line is left for the next call.
    """
    try:
        with (Path(folder) / "metrics.jsonl").open("rb") as file:
            file.seek(offset)
            data = file.read()
    except FileNotFoundError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    records = []
    for line in whole.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
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
    waiting = _read_json(run.folder / "control.json")
    if waiting.get("command") == "stop" and _control_id(run.folder) > run.status.handled_control:
        return _control_id(run.folder)  # a stop that nobody has read yet is not to be overwritten
    number = 1 + max(run.status.handled_control, _control_id(run.folder))
    replace_text(run.folder / "control.json", json.dumps({"command": command, "id": number}))
    return number


def process_lives(pid: int, create_time: float) -> bool:
    """Whether exactly that process is alive, not a later one with its number."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - create_time) < 1.0
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError, OverflowError):
        return False


def _derived_state(status: Status) -> State:
    if status.state not in LIVE_STATES:
        return status.state
    if status.host and status.host != socket.gethostname():
        alive = time.time() - status.heartbeat < REMOTE_SILENCE_SECONDS
    else:
        alive = process_lives(status.pid, status.process_create_time)
    return status.state if alive else "interrupted"


def _read_status(folder: Path) -> Status:
    values = _read_json(folder / "status.json")
    known = {}
    for name, default in Status().__dict__.items():
        value = values.get(name, default)
        numeric = isinstance(default, float) and isinstance(value, int | float) and math.isfinite(value)
        known[name] = value if type(value) is type(default) or numeric else default
    if known["state"] not in get_args(State):
        known["state"] = "interrupted"
    return Status(**known)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _control_id(folder: Path) -> int:
    value = _read_json(folder / "control.json").get("id")
    return value if isinstance(value, int) else 0


class RunWriter:
    """The hand of the process that trains. Make one with `create` or `reopen`, never by itself.

    It holds the folder's lock until the run has ended. Its methods may be called from several threads.
    """

    def __init__(self, folder: Path, config: RunConfig, status: Status) -> None:
        self._held = FolderLock(folder / "checkpoints" / ".lock")
        if not self._held.acquire():
            raise RunError(f"another process is just taking over the run {folder}; only one can train in a folder")
        self._lock = threading.RLock()
        self.folder = folder
        self.config = config
        self.status = status
        self._control_mark: tuple[int, int] | None = None
        self._last_beat = 0.0

    @classmethod
    def create(cls, wanted: Path, config: RunConfig) -> RunWriter:
        """Make a fresh run folder; when `wanted` is taken, the next free name (`run`, `run-2`, `run-3`).

        Raises
        ------
        RunError
            The folder cannot be made.
        """
        folder = _claim_folder(wanted)
        try:
            for name in ("samples", "checkpoints"):
                (folder / name).mkdir()
            replace_text(folder / "config.toml", to_toml(config))
        except OSError as error:
            raise RunError(f"cannot write into {folder}: {error.strerror or error}") from error
        writer = cls(folder, config, _own_status(config, handled_control=0))
        writer.update(state="preparing", phase="starting")
        return writer

    @classmethod
    def reopen(cls, folder: Path, *, steps: int | None = None) -> RunWriter:
        """Take over the folder of a run that no process works on; `steps` sets a new length.

        Raises
        ------
        RunError
            Not a run folder, its process is still alive, or another is taking it over.
        """
        run = read_run(folder)
        if run.is_live:
            raise RunError(f"the run {folder} is {run.state} in process {run.status.pid}; stop it first")
        config = run.config if steps is None else run.config.model_copy(update={"steps": steps, "images": 0})
        (run.folder / "checkpoints").mkdir(exist_ok=True)
        writer = cls(run.folder, config, _own_status(config, handled_control=_control_id(run.folder)))
        try:
            replace_text(run.folder / "config.toml", to_toml(config))
            writer.update(state="preparing", phase="resuming", step=run.status.step, images_seen=run.status.images_seen)
        except OSError as error:
            raise RunError(f"cannot write into {folder}: {error.strerror or error}") from error
        return writer

    @property
    def state_file(self) -> Path:
        """Where the optimiser, the averaged weights and the place in the data are kept between checkpoints."""
        return self.folder / "checkpoints" / "state.pt"

    def checkpoint_file(self, name: int | Literal["last", "best"]) -> Path:
        """The path of the checkpoint of a step, or of `last` or `best`."""
        stem = f"step-{name:06d}" if isinstance(name, int) else name
        return self.folder / "checkpoints" / f"{stem}.safetensors"

    def sample_file(self, step: int) -> Path:
        """The path of the sample sheet of a step."""
        return self.folder / "samples" / f"step-{step:06d}.png"

    def drop_old_checkpoints(self) -> None:
        """Remove step checkpoints beyond `checkpoint.keep`, oldest first; `last` and `best` are files of their own."""
        keep = self.config.checkpoint.keep
        kept = sorted((self.folder / "checkpoints").glob("step-*.safetensors"), key=_step_of)
        for path in kept[:-keep] if keep else []:
            path.unlink(missing_ok=True)

    def update(self, **changes: Any) -> None:
        """Replace `status.json` with these fields changed, and beat; a state that is an end is the last word."""
        with self._lock:
            self.status = Status(**{**self.status.__dict__, **changes, "heartbeat": time.time()})
            self._last_beat = time.monotonic()
            try:
                replace_text(self.folder / "status.json", json.dumps(self.status.__dict__))
            finally:
                if self.status.state not in LIVE_STATES:
                    self._held.release()

    def beat(self, **changes: Any) -> None:
        """As `update`, but at most once a second, and not after the end."""
        with self._lock:
            if time.monotonic() - self._last_beat >= BEAT_SECONDS and self.status.state in LIVE_STATES:
                self.update(**changes)

    def add_metrics(self, record: Mapping[str, Any]) -> None:
        """Append one record of numbers (or lists of them); it holds `step` and `time` (seconds of training)."""
        self._append("metrics.jsonl", json.dumps(dict(record)))

    def log(self, text: str) -> None:
        """Append to `log.txt`; where that fails, what matters more will fail too, and say why."""
        with suppress(OSError):
            self._append("log.txt", text)

    def write_environment(self, environment: Mapping[str, Any]) -> None:
        """Write `environment.json`."""
        replace_text(self.folder / "environment.json", json.dumps(environment, indent=2))

    def poll(self, answers: Mapping[Command, Mapping[str, Any]] | None = None) -> Command | None:
        """The newest command that was not handled yet, once. Costs one `stat` when nothing came.

        `answers` says what else changes in the status, in the same write that tells that the command was heard.
        """
        with self._lock:
            return self._poll(answers or {}) if self.status.state in LIVE_STATES else None

    def _poll(self, answers: Mapping[Command, Mapping[str, Any]]) -> Command | None:
        path = self.folder / "control.json"
        try:
            stat = path.stat()
        except OSError:
            return None
        mark = (stat.st_mtime_ns, stat.st_ino)
        if mark == self._control_mark:
            return None
        self._control_mark = mark
        control = _read_json(path)
        number, command = control.get("id"), control.get("command")
        if not isinstance(number, int) or number <= self.status.handled_control or command not in get_args(Command):
            return None
        known = cast("Command", command)
        self.update(handled_control=number, **answers.get(known, {}))
        return known

    def _append(self, name: str, line: str) -> None:
        path = self.folder / name
        with path.open("ab") as file:
            if file.tell() and not _ends_with_newline(path):
                file.write(b"\n")  # a kill cut the last line
            file.write(f"{line}\n".encode("utf-8", "replace"))


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _own_status(config: RunConfig, *, handled_control: int) -> Status:
    pid = os.getpid()
    return Status(
        total_steps=config.steps,
        pid=pid,
        process_create_time=psutil.Process(pid).create_time(),
        host=socket.gethostname(),
        handled_control=handled_control,
    )


def _claim_folder(wanted: Path) -> Path:
    base, dash, digits = wanted.name.rpartition("-")
    base, number = (base, int(digits)) if dash and base and digits.isdecimal() else (wanted.name, 1)
    folder = wanted
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                folder.mkdir()
            except FileExistsError:
                if folder.is_dir() and not any(folder.iterdir()):
                    return folder
                number += 1
                folder = wanted.with_name(f"{base}-{number}")
            else:
                return folder
    except OSError as error:
        raise RunError(f"cannot make the run folder {folder}: {error.strerror or error}") from error
