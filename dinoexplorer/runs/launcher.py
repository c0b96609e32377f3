"""The children of one keeper: started from the queue, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dinoexplorer.runs import launching
from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.log_tail import TAIL_BYTES, plain
from dinoexplorer.runs.queue_file import Entry
from dinoexplorer.runs.reasons import why_ended, why_not_started
from training.config import RunConfig
from training.files import replace_text
from training.run import Run, process_lives


class Launcher:
    """Starts entries of the queue, and knows why a run of theirs ended.

    Attributes
    ----------
    outlives
        Whether what is started from now on goes on when this program is gone.
    killed
        Names of folders whose process was ended by force.
    reasons
        Why a resume did not begin, by the name of the folder.
    """

    def __init__(self, home: Path, command: tuple[str, ...]) -> None:
        self._home = home
        self._command = command
        self._children: dict[str, launching.Child] = {}
        self._why: dict[str, tuple[object, str]] = {}
        self.outlives = True
        self.killed: set[str] = set()
        self.reasons: dict[str, str] = {}

    def launch(self, entry: Entry) -> launching.Child:
        """Start it.

        Raises
        ------
        KeeperError
            The process cannot be started, or its configuration cannot be written.
        """
        folder, name = self._home / entry.folder, entry.folder
        if entry.kind == "resume":
            words = ["resume", str(folder), *(["--steps", str(entry.steps)] if entry.steps else [])]
        else:
            try:
                replace_text(self._config_file(name), entry.config)
            except OSError as error:
                raise KeeperError(f"cannot write into {self._home}: {error.strerror or error}; make room") from error
            words = ["fit", str(self._config_file(name)), "--out", str(folder)]
        self._forget(name)
        child = launching.launch([*self._command, *words], self._home, self.output_file(name), outlives=self.outlives)
        self._children[name] = child
        self.killed.discard(name)
        self.reasons.pop(name, None)
        self._why.pop(name, None)
        return child

    def output_file(self, name: str) -> Path:
        """Where what its process prints is caught."""
        return self._home / f"{name}.launch.log"

    def begun(self, name: str) -> None:
        """Its process has its own folder now, which holds the configuration."""
        with suppress(OSError):
            self._config_file(name).unlink(missing_ok=True)

    def clean(self, name: str) -> None:
        """Nothing of it is wanted any more."""
        self.begun(name)
        self._forget(name)
        with suppress(OSError):
            self.output_file(name).unlink(missing_ok=True)

    def look_after(self, runs: Iterable[Run]) -> None:
        """Take the exit codes of children, and drop what those printed that ended well: their log has it."""
        for run in runs:
            if run.is_live:  # whoever resumed it
                self.reasons.pop(run.folder.name, None)
            child = self._children.get(run.folder.name)
            if child is not None and child.exit_code() is not None and run.state in {"finished", "stopped"}:
                self.clean(run.folder.name)

    def bound(self) -> list[str]:
        """Names of the folders whose process lives and would not outlive this program."""
        return [name for name, child in self._children.items() if child.exit_code() is None and not child.outlives]

    def ended(self, entry: Entry) -> bool:
        """Whether the process of an entry is gone."""
        child = self._children.get(entry.folder)
        if child is not None and child.pid == entry.pid:
            return child.exit_code() is not None
        return not process_lives(entry.pid, entry.create_time)

    def why_not_started(self, entry: Entry) -> str:
        """Why the process of an entry ended before it had taken over its folder."""
        if entry.folder in self.killed:
            return "It was ended by force before it began."
        return why_not_started(self._printed(entry.folder), self._exit_code(entry.folder))

    def why_ended(self, run: Run) -> str:
        """Why a run failed or was interrupted, in a sentence; looked up once."""
        name = run.folder.name
        if name in self.reasons:
            return self.reasons[name]
        key = (run.state, run.status.heartbeat, self._exit_code(name), name in self.killed)
        known = self._why.get(name)
        if known is None or known[0] != key:
            text = f"{end_of(run.log)}\n{self._printed(name)}"
            sentence = why_ended(run, text, exit_code=key[2], killed=key[3], fitting=_fitting)
            known = self._why[name] = (key, sentence)
        return known[1]

    def let_go(self) -> None:
        """Leave the children to themselves."""
        for child in self._children.values():
            child.let_go()
        self._children.clear()

    def _forget(self, name: str) -> None:
        """A run may have ended a moment before its process has."""
        child = self._children.pop(name, None)
        if child is not None:
            child.let_go()

    def _exit_code(self, name: str) -> int | None:
        child = self._children.get(name)
        return child.exit_code() if child is not None else None

    def _printed(self, name: str) -> str:
        return end_of(self.output_file(name))

    def _config_file(self, name: str) -> Path:
        return self._home / f"{name}.launch.toml"


def end_of(path: Path) -> str:
    """The last 64 KiB of a file as text; empty when it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            return plain(file.read())
    except OSError:
        return ""


def _fitting(config: RunConfig) -> int:
    from dinoexplorer.runs.estimating import fitting_batch_size  # noqa: PLC0415  needed only after a disaster

    return fitting_batch_size(config)
