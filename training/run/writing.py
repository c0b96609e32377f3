"""Writing the run folder: what the process that trains does."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, cast, get_args

import psutil

from training.config import RunConfig, to_toml
from training.files import FolderLock, replace_text
from training.run.reading import (
    LIVE_STATES,
    Command,
    RunError,
    Status,
    control_number,
    read_json,
    read_run,
    step_of,
)

BEAT_SECONDS = 1.0


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
            writer = cls(folder, config, _own_status(config, handled_control=0))
            writer.update(state="preparing", phase="starting")
        except OSError as error:
            raise RunError(f"cannot write into {folder}: {error.strerror or error}; make room") from error
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
        writer = cls(run.folder, config, _own_status(config, handled_control=control_number(run.folder)))
        try:
            replace_text(run.folder / "config.toml", to_toml(config))
            writer.update(state="preparing", phase="resuming", step=run.status.step, images_seen=run.status.images_seen)
        except OSError as error:
            raise RunError(f"cannot write into {folder}: {error.strerror or error}; make room") from error
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
        kept = sorted((self.folder / "checkpoints").glob("step-*.safetensors"), key=step_of)
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
        control = read_json(path)
        self._control_mark = mark if control else None  # on Windows one may come in just while it is replaced
        number, command = control.get("id"), control.get("command")
        if not isinstance(number, int) or number <= self.status.handled_control or command not in get_args(Command):
            return None
        known = cast("Command", command)
        with suppress(OSError):  # a full disk keeps nobody from stopping; who writes next meets it too
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
