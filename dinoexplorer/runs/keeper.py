"""Every run of one home folder: found, started in turn, watched, steered."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from dinoexplorer.runs import launching
from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.launcher import Launcher
from dinoexplorer.runs.ordering import device_name, entry_of
from dinoexplorer.runs.queue_file import Entry, QueueFile
from dinoexplorer.runs.row_reading import RowReader, entry_row, same
from dinoexplorer.runs.turns import Turns
from dinoexplorer.runs.views import Order, RunDetail, RunRow
from dinoexplorer.runs.watching import Watch, waiting_detail
from training.errors import TrainingError
from training.run import LIVE_STATES, Command, Run, send, write_about

_WATCHED = 32
"""So many runs are kept in memory as they were read."""


class Keeper:
    """Every run of one home folder. Used by one thread only; Qt-free.

    Parameters
    ----------
    home
        The folder that holds the run folders; made when the first run is started.
    command
        How to start `dinotrain`; tests pass a stand-in.
    """

    def __init__(self, home: Path, *, command: Sequence[str] | None = None) -> None:
        self.home = Path(home).absolute()
        self._queue = QueueFile(self.home)
        self._launcher = Launcher(self.home, tuple(command or launching.DINOTRAIN))
        self._turns = Turns(self._queue, self._launcher)
        self._readers: dict[str, RowReader] = {}
        self._watches: dict[Path, Watch] = {}
        self._early: dict[str, Command] = {}  # what runs that are just being started were told
        self._rows: tuple[RunRow, ...] = ()
        self._look()
        self._clean_up()
        self._rows = self._made_rows()

    def rows(self) -> tuple[RunRow, ...]:
        """All runs, newest first, and those that wait for their turn."""
        return self._rows

    def live(self) -> tuple[RunRow, ...]:
        """Runs with a process, being started included."""
        return tuple(row for row in self._rows if row.state in LIVE_STATES and not row.queue_place)

    def tick(self) -> bool:
        """Look at the folders, start what is next; True when the rows changed. Cheap when nothing did."""
        launching.reap()
        self._look()
        self._launcher.look_after(self._known_runs())
        if self._queue.entries and self._queue.own():
            for name in self._turns.settle(self._seen):
                self._seen(name)  # its title is written there now
                if command := self._early.pop(name, None):
                    with suppress(TrainingError):  # it may have ended already
                        send(self.home / name, command)
            self._turns.next(self._known_runs())
        before, self._rows = self._rows, self._made_rows()
        return len(before) != len(self._rows) or not all(map(same, before, self._rows))

    def start(self, order: Order) -> Path:
        """Queue a training; `tick` starts it when its device is free. Returns the run's folder-to-be.

        Raises
        ------
        TrainingError
            A setting, the data, the device or the home folder cannot be used.
        """
        entry = entry_of(order, self.home, self._taken())
        self._queue.change((*self._queue.entries, entry))
        return self.home / entry.folder

    def start_sweep(self, order: Order, key: str, values: Sequence[Any]) -> tuple[Path, ...]:
        """Queue one training for each value of a setting, or none when one of them cannot be used.

        Raises
        ------
        TrainingError
            As `start`; the text names the value.
        """
        if not values:
            raise KeeperError(f"there is no value to train {key} with; give at least one, such as 2, 10, 50")
        entries: list[Entry] = []
        for value in values:
            title = f"{' '.join(order.title.split()) or order.recipe} {key}={value}"
            changed = replace(order, title=title, changes={**order.changes, key: value})
            entries.append(entry_of(changed, self.home, [*self._taken(), *(entry.folder for entry in entries)]))
        self._queue.change((*self._queue.entries, *entries))
        return tuple(self.home / entry.folder for entry in entries)

    def resume(self, folder: Path, steps: int | None = None) -> None:
        """Go on with a run: at once when it is paused, else in its turn. ``steps`` is its new length.

        Raises
        ------
        TrainingError
            It trains already, is finished, or there is no such run.
        """
        if entry := self._entry(folder):
            if not entry.problem:
                raise KeeperError(f"{entry.title!r} is already in the queue; it starts when its device is free")
            self._early.pop(entry.folder, None)
            self._queue.update(entry, problem="", pid=0, create_time=0.0)
            return
        run = self._run(folder)
        if run.state == "paused":
            send(run.folder, "resume")
            return
        if run.is_live:
            raise KeeperError(f"{run.title!r} is {run.state} already; there is nothing to resume")
        done = run.status.step
        if steps is not None and steps <= done:
            raise KeeperError(f"{run.title!r} has already done {done} steps; give a larger number to go on")
        if run.state == "finished" and steps is None:
            raise KeeperError(f"{run.title!r} is finished at step {done}; give a larger number of steps to extend it")
        entry = Entry(run.folder.name, run.title, "resume", device=device_name(run.config.device), steps=steps or 0,
                      asked=time.time())  # fmt: skip
        self._queue.change((*self._queue.entries, entry))

    def send(self, folder: Path, command: Command) -> None:
        """Tell a run to pause, resume, stop, sample or save; it hears within a second, or as soon as it has begun.

        Raises
        ------
        TrainingError
            Nothing trains there.
        """
        entry = self._entry(folder)
        if entry is not None and entry.waits:
            raise KeeperError(f"{entry.title!r} still waits for its turn; take it out of the queue instead")
        run = self._seen(Path(folder).name)
        if entry is not None and not entry.problem and not (run is not None and run.is_live):
            if self._early.get(entry.folder) != "stop":
                self._early[entry.folder] = command
            return
        send(self._run(folder).folder, command)

    def kill(self, folder: Path) -> None:
        """End exactly that process, and what it started, without saving: the last resort.

        Raises
        ------
        TrainingError
            It is not there, or runs on another machine.
        """
        entry = self._entry(folder)
        if entry is not None and entry.pid:
            pid, create_time, title = entry.pid, entry.create_time, entry.title
        else:
            run = self._run(folder)
            pid, create_time, title = run.status.pid, run.status.process_create_time, run.title
            if run.status.host and run.status.host != socket.gethostname():
                raise KeeperError(f"{title!r} runs on {run.status.host}; it can only be ended there")
            if not run.is_live:
                raise KeeperError(f"{title!r} is {run.state}: there is no process to end")
        if not launching.kill(pid, create_time):
            raise KeeperError(f"the process of {title!r} has ended already; there is nothing to do")
        self._launcher.killed.add(Path(folder).name)

    def unqueue(self, folder: Path) -> None:
        """Take a training that waits, or could not start, out of the queue.

        Raises
        ------
        KeeperError
            It is not in the queue, or is being started.
        """
        entry = self._entry(folder)
        if entry is None:
            raise KeeperError(f"{Path(folder).name!r} is not in the queue")
        if entry.pid and not entry.problem:
            raise KeeperError(f"{entry.title!r} is just being started; stop it instead")
        self._queue.remove(entry)
        self._launcher.clean(entry.folder)

    def move_in_queue(self, folder: Path, place: int) -> None:
        """Let a training start as number ``place`` (1 is the next one) of those that wait.

        Raises
        ------
        KeeperError
            It does not wait.
        """
        entry = self._entry(folder)
        if entry is None or not entry.waits:
            raise KeeperError(f"{Path(folder).name!r} does not wait in the queue")
        others = [other for other in self._queue.entries if other.folder != entry.folder]
        waiting = [other for other in others if other.waits]
        waiting.insert(max(0, place - 1), entry)
        self._queue.change((*(other for other in others if not other.waits), *waiting))

    def set_outlives(self, outlives: bool) -> None:
        """Whether runs that are started from now on go on when this program ends without asking: a crash, a kill."""
        self._launcher.outlives = outlives

    def rename(self, folder: Path, title: str) -> None:
        """Give a run another title; the folder keeps its name. An empty title is the folder's name.

        Raises
        ------
        TrainingError
            There is no such run, or its folder cannot be written.
        """
        title = " ".join(title.split()) or Path(folder).name
        entry = self._entry(folder)
        if entry is not None:
            self._queue.update(entry, title=title)
        if entry is None or entry.kind == "resume":
            write_about(self._run(folder).folder, title=title)

    def read_on(self, folder: Path, seconds: float) -> bool:
        """Read so long on in the curves of a run; True when there is more of them. For short ones `detail` is enough.

        Ten thousands of records take seconds, in which neither a command nor the window should have to wait.
        """
        reader = self._readers.get(Path(folder).name)
        if reader is None or reader.run is None:
            return False
        watch = self._watch(reader)
        watch.read_on(seconds)
        return not watch.whole

    def detail(self, folder: Path) -> RunDetail:
        """A run as far as its curves are read; of one that was asked for lately only what is new is read.

        Raises
        ------
        TrainingError
            There is no such run.
        """
        name = Path(folder).name
        row = next((row for row in self._rows if row.folder.name == name), None)
        reader = self._readers.get(name)
        if row is None:
            raise KeeperError(f"there is no run {folder}; it was moved or deleted")
        if reader is None or reader.run is None:
            entry = self._entry(folder)
            return waiting_detail(row, entry.config if entry is not None else "", self._launcher.output_file(name))
        return self._watch(reader).detail(row, reader.run)

    def close(self, *, stop: bool = False, keep: bool = False) -> None:
        """End watching; nobody waits for what is told to a run here.

        With ``stop``, every live run saves and stops. With ``keep``, also those go on that were started to end with
        this program; without either they do end with it, as after a crash.
        """
        try:
            if stop:
                self._stop_all()
            elif keep:
                for name in self._launcher.bound():
                    with suppress(TrainingError):
                        send(self.home / name, "outlive")
        finally:
            self._launcher.let_go()
            self._queue.close()

    def _stop_all(self) -> None:
        self._look()
        live = {run.folder.name for run in self._known_runs() if run.is_live}
        for name in live:
            with suppress(TrainingError):
                send(self.home / name, "stop")
        for entry in self._queue.entries:
            if entry.pid and not entry.problem and entry.folder not in live:  # it has nothing to save yet
                launching.end(entry.pid, entry.create_time)

    def _clean_up(self) -> None:
        """Drop what runs printed that ended well while no window was there; their log has it."""
        queued = self._taken()
        for run in self._known_runs():
            if run.state in {"finished", "stopped"} and run.folder.name not in queued:
                self._launcher.clean(run.folder.name)

    def _look(self) -> None:
        """Refresh what is known of each folder."""
        self._queue.reload()
        try:
            names = {path.name for path in self.home.iterdir() if not path.name.startswith(".") and path.is_dir()}
        except OSError:
            names = set()
        for gone in self._readers.keys() - names:
            del self._readers[gone]
        for name in names:
            self._readers.setdefault(name, RowReader(self.home / name)).refresh()

    def _made_rows(self) -> tuple[RunRow, ...]:
        rows = {name: self._with_reason(reader) for name, reader in self._readers.items() if reader.row is not None}
        place = 0
        for entry in self._queue.entries:
            place += entry.waits
            row = entry_row(entry, rows.get(entry.folder), self.home, place if entry.waits else 0)
            if row is not None:
                rows[entry.folder] = row
        return tuple(sorted(rows.values(), key=lambda row: (-row.started, row.queue_place, row.folder.name)))

    def _with_reason(self, reader: RowReader) -> RunRow:
        row, run = reader.row, reader.run
        assert row is not None  # noqa: S101  the caller has looked
        if run is None or row.state not in {"failed", "interrupted"}:
            return row
        return replace(row, reason=self._launcher.why_ended(run))

    def _watch(self, reader: RowReader) -> Watch:
        output = self._launcher.output_file(reader.folder.name)
        watch = self._watches.pop(reader.folder, None) or Watch(reader.folder, output)
        self._watches[reader.folder] = watch  # the last one is the newest
        if len(self._watches) > _WATCHED:
            del self._watches[next(iter(self._watches))]
        return watch

    def _taken(self) -> list[str]:
        self._queue.reload()
        return [entry.folder for entry in self._queue.entries]

    def _entry(self, folder: Path) -> Entry | None:
        self._queue.reload()  # a window that has just been closed may have changed it
        return next((entry for entry in self._queue.entries if entry.folder == Path(folder).name), None)

    def _known_runs(self) -> list[Run]:
        return [reader.run for reader in self._readers.values() if reader.run is not None]

    def _seen(self, name: str) -> Run | None:
        """The run of that folder, read now."""
        reader = self._readers.setdefault(name, RowReader(self.home / name))
        reader.refresh()
        return reader.run

    def _run(self, folder: Path) -> Run:
        run = self._seen(Path(folder).name)
        if run is None:
            raise KeeperError(f"there is no run {folder}; it was moved or deleted")
        return run
