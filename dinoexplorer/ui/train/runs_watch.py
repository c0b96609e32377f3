"""The inhabitant of the thread that keeps the runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from dinoexplorer.runs.errors import KeeperError
from dinoexplorer.runs.hardware import measure
from dinoexplorer.runs.keeper import Keeper
from dinoexplorer.runs.views import Order, RunDetail, RunRow
from training.errors import TrainingError
from training.run import Command

_BUSY_MS, _IDLE_MS = 250, 2000
_TICKS_PER_MEASURE = 4


class RunsWatch(QObject):
    """Owns the `Keeper`: does what is asked, and looks at the runs as often as it matters."""

    rows_changed = Signal(object)
    detail_changed = Signal(object)
    compared = Signal(object)
    queued = Signal(object)
    hardware_changed = Signal(object)
    failed = Signal(str, str)
    run_ended = Signal(object)
    checkpoint_written = Signal(object, object, int)
    SAID = ("rows_changed", "detail_changed", "compared", "queued", "hardware_changed", "failed", "run_ended",
            "checkpoint_written")  # fmt: skip

    def __init__(self, home: Path, command: Sequence[str] | None) -> None:
        super().__init__()
        self._home, self._command = home, command
        self._keeper: Keeper | None = None
        self._timer: QTimer | None = None
        self._watched: Path | None = None
        self._shown: RunDetail | None = None
        self._before: dict[Path, RunRow] = {}
        self._active = False
        self._ticks = 0

    @Slot(str, object)
    def on_asked(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Do it; what cannot be done is told in a sentence."""
        if self._timer is None and name not in {"begin", "end"}:
            return  # it has ended, or could not begin
        try:
            getattr(self, f"_do_{name}")(*arguments)
        except TrainingError as error:
            self._fail(name, str(error))
        except Exception as error:  # noqa: BLE001  a thread has nobody above it
            self._fail(name, f"{type(error).__name__}: {error}")
        if self._timer is not None:
            self._look()

    @property
    def _kept(self) -> Keeper:
        if self._keeper is None:
            raise KeeperError(f"the runs in {self._home} could not be read; see the message before this one")
        return self._keeper

    def _fail(self, name: str, text: str) -> None:
        self.failed.emit(name, f"{text[:1].upper()}{text[1:]}")

    def _do_begin(self) -> None:
        self._keeper = Keeper(self._home, command=self._command)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._before = {row.folder: row for row in self._kept.rows()}
        self.rows_changed.emit(self._kept.rows())

    def _do_end(self, stop: bool) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.deleteLater()
        try:
            if self._keeper is not None:
                self._keeper.close(stop=stop)
        finally:
            QThread.currentThread().quit()

    def _do_start(self, order: Order) -> None:
        self.queued.emit(self._kept.start(order))

    def _do_start_sweep(self, order: Order, key: str, values: Sequence[Any]) -> None:
        for folder in self._kept.start_sweep(order, key, values):
            self.queued.emit(folder)

    def _do_resume(self, folder: Path, steps: int | None = None) -> None:
        self._kept.resume(folder, steps)

    def _do_send(self, folder: Path, command: Command) -> None:
        self._kept.send(folder, command)

    def _do_kill(self, folder: Path) -> None:
        self._kept.kill(folder)

    def _do_unqueue(self, folder: Path) -> None:
        self._kept.unqueue(folder)

    def _do_move(self, folder: Path, place: int) -> None:
        self._kept.move_in_queue(folder, place)

    def _do_rename(self, folder: Path, title: str) -> None:
        self._kept.rename(folder, title)

    def _do_set_outlives(self, outlives: bool) -> None:
        self._kept.set_outlives(outlives)

    def _do_watch(self, folder: Path | None) -> None:
        self._watched, self._shown = folder, None

    def _do_compare(self, folders: Sequence[Path]) -> None:
        self.compared.emit(tuple(self._kept.detail(folder) for folder in folders))

    def _do_set_active(self, shown: bool) -> None:
        self._active, self._ticks = shown, 0

    @Slot()
    def _on_tick(self) -> None:
        try:
            self._look()
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the next look may do
            self._fail("watch", f"the runs in {self._home} cannot be read: {error}")

    def _look(self) -> None:
        """What changed since the last look, and when to look next."""
        if self._kept.tick():
            self._tell_rows()
        if self._watched is not None:
            self._tell_detail(self._watched)
        busy = self._active or bool(self._kept.live())
        if busy and self._ticks % _TICKS_PER_MEASURE == 0:
            self.hardware_changed.emit(measure())
        self._ticks += 1
        self._rest(busy=busy)

    def _rest(self, *, busy: bool) -> None:
        assert self._timer is not None  # noqa: S101  it is there from begin to end
        if not busy and not self._kept.rows():
            self._timer.stop()
            return
        pause = _BUSY_MS if busy else _IDLE_MS
        if not self._timer.isActive() or self._timer.interval() != pause:
            self._timer.start(pause)

    def _tell_rows(self) -> None:
        rows = self._kept.rows()
        self.rows_changed.emit(rows)
        for row in rows:
            old = self._before.get(row.folder)
            if row.checkpoint is not None and (old is None or old.checkpoint != row.checkpoint):
                self.checkpoint_written.emit(row.folder, row.checkpoint, _step_of(row))
            if old is not None and _is_live(old) and not _is_live(row):
                self.run_ended.emit(row)
        self._before = {row.folder: row for row in rows}

    def _tell_detail(self, folder: Path) -> None:
        try:
            detail = self._kept.detail(folder)
        except TrainingError as error:
            self._watched = None
            self._fail("watch", str(error))
            return
        if detail is not self._shown:
            self._shown = detail
            self.detail_changed.emit(detail)


def _is_live(row: RunRow) -> bool:
    return row.state in {"preparing", "running", "paused", "stopping"}


def _step_of(row: RunRow) -> int:
    digits = row.checkpoint.stem.rpartition("-")[2] if row.checkpoint is not None else ""
    return int(digits) if digits.isdecimal() else row.step
