"""The run that is being watched: only what is new is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dinoexplorer.runs.courses import Course
from dinoexplorer.runs.log_tail import LogTail
from dinoexplorer.runs.views import RunDetail, RunRow
from training.config import RunConfig, from_toml
from training.errors import TrainingError
from training.run import Run

_SAID_LAST = 40
_AT_ONCE_SECONDS = 0.004


class Watch:
    """Follows one run folder as closely as its panel needs."""

    def __init__(self, folder: Path, output: Path) -> None:
        self.folder = folder
        self._course = Course(folder)
        self._log: LogTail | None = None
        self._output = LogTail(output)
        self._last: tuple[Any, RunDetail] | None = None

    @property
    def whole(self) -> bool:
        """Whether all that the curves have was read when they were read last."""
        return self._course.whole

    def read_on(self, seconds: float) -> None:
        """Read curves for so long, for the next `detail`."""
        self._course.read(seconds)

    def detail(self, row: RunRow, run: Run) -> RunDetail:
        """The run as it is now; the very same object when nothing is new.

        Of long curves only a part may be there; `whole` tells, and `read_on` goes on.
        """
        self._log = self._log or LogTail(run.log)
        self._course.read(_AT_ONCE_SECONDS)
        fresh = [self._log.read(), self._output.read()]
        samples, checkpoints, curves = run.samples, run.checkpoints, self._course.curves
        key = (repr(row), samples, checkpoints, run.config)
        last = self._last
        if last is not None and not any(fresh) and last[0] == key and last[1].curves is curves:
            return last[1]
        log, problems = self._log.text, self._log.problems
        if row.state in {"failed", "interrupted"} or not log:
            log, problems = _joined(log, self._output.text), tuple(dict.fromkeys((*problems, *self._output.problems)))
        detail = RunDetail(
            row, flat_settings(run.config), curves, tuple(map(_numbered, samples)),
            tuple(map(_numbered, checkpoints)), log, problems, run.environment,
        )  # fmt: skip
        self._last = key, detail
        return detail


def waiting_detail(row: RunRow, config: str, output: Path) -> RunDetail:
    """What there is to show of a training that has no folder yet."""
    try:
        settings = flat_settings(from_toml(config))
    except TrainingError:
        settings = {}
    said = LogTail(output)
    said.read()
    return RunDetail(row, settings, log=said.text, problems=said.problems)


def flat_settings(config: RunConfig) -> dict[str, Any]:
    """A configuration as dotted keys and plain values."""
    flat: dict[str, Any] = {}
    for name, value in config.model_dump(mode="json").items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": inner_value for inner, inner_value in value.items()}
        else:
            flat[name] = value
    return flat


def _joined(log: str, printed: str) -> str:
    """The log, and the end of what the process printed and its log does not have."""
    known = set(log.splitlines())
    new = [line for line in printed.splitlines() if line.strip() and line not in known]
    return "\n".join([log.rstrip("\n"), *new[-_SAID_LAST:]]).strip("\n") + "\n" if new else log


def _numbered(path: Path) -> tuple[int, Path]:
    digits = path.stem.rpartition("-")[2]
    return (int(digits) if digits.isdecimal() else 0), path
