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
_SLICE_SECONDS, _SLICE_PAUSE_MS = 0.004, 8
"""Long curves are read in slices, so that between them commands are heard and the window has the interpreter."""


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
        self._slices: QTimer | None = None
        self._watched: Path | None = None
        self._shown: RunDetail | None = None
        self._to_compare: list[Path] = []
        self._compared: list[RunDetail] = []
        self._before: dict[Path, RunRow] = {}
        self._active = False
        self._ticks = 0
        self._trouble = ""

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
        self._on_tick()

    @property
    def _kept(self) -> Keeper:
        if self._keeper is None:
            raise KeeperError(f"the runs in {self._home} cannot be read; see to the folder, then start again")
        return self._keeper

    def _fail(self, name: str, text: str) -> None:
        self.failed.emit(name, f"{text[:1].upper()}{text[1:]}")

    def _do_begin(self) -> None:
        self._timer, self._slices = QTimer(self), QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._slices.setSingleShot(True)
        self._slices.setInterval(_SLICE_PAUSE_MS)
        self._slices.timeout.connect(self._on_slice)
        self._keeper = Keeper(self._home, command=self._command)
        self._before = {row.folder: row for row in self._kept.rows()}
        self.rows_changed.emit(self._kept.rows())

    def _do_end(self, stop: bool, keep: bool) -> None:
        for timer in filter(None, (self._timer, self._slices)):
            timer.stop()
            timer.deleteLater()
        self._timer = self._slices = None
        try:
            if self._keeper is not None:
                self._keeper.close(stop=stop, keep=keep)
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
        self._to_compare, self._compared = list(folders), []
        self._read_on()

    def _do_set_active(self, shown: bool) -> None:
        self._active, self._ticks = shown, 0

    @Slot()
    def _on_tick(self) -> None:
        if self._timer is None or self._keeper is None:
            return
        trouble = ""
        try:
            self._look(self._keeper)
        except Exception as error:  # noqa: BLE001  a thread has nobody above it; the next look may do
            trouble = f"the runs in {self._home} cannot be read: {error}; it is tried again"
        if trouble and trouble != self._trouble:
            self._fail("watch", trouble)
        self._trouble = trouble
        self._rest(self._keeper, self._timer)

    def _look(self, keeper: Keeper) -> None:
        """Tell what changed since the last look; of what nobody sees only the rows."""
        if keeper.tick():
            self._tell_rows()
        if self._watched is not None and (self._active or self._shown is None):
            self._tell_detail(keeper, self._watched)
        if self._active and self._ticks % _TICKS_PER_MEASURE == 0:
            self.hardware_changed.emit(measure())
        self._ticks += 1

    def _rest(self, keeper: Keeper, timer: QTimer) -> None:
        busy = self._active or bool(keeper.live())
        if not busy and not keeper.rows():
            timer.stop()
            return
        pause = _BUSY_MS if busy else _IDLE_MS
        if not timer.isActive() or timer.interval() != pause:
            timer.start(pause)

    def _read_on(self) -> None:
        if self._slices is not None:
            self._slices.start()

    @Slot()
    def _on_slice(self) -> None:
        """Read a little of what is compared, or else of what is watched, and come back for the rest."""
        keeper = self._keeper
        if keeper is None:
            return
        try:
            if self._to_compare:
                self._read_to_compare(keeper)
            elif self._watched is not None:
                if keeper.read_on(self._watched, _SLICE_SECONDS):
                    self._read_on()
                else:
                    self._tell_detail(keeper, self._watched)
        except Exception as error:  # noqa: BLE001  as above
            self._to_compare, self._compared = [], []
            self._fail("compare", str(error))

    def _read_to_compare(self, keeper: Keeper) -> None:
        folder = self._to_compare[0]
        if not keeper.read_on(folder, _SLICE_SECONDS):
            self._compared.append(keeper.detail(folder))
            del self._to_compare[0]
        if self._to_compare or self._watched is not None:
            self._read_on()
        if not self._to_compare:
            self.compared.emit(tuple(self._compared))

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

    def _tell_detail(self, keeper: Keeper, folder: Path) -> None:
        try:
            detail = keeper.detail(folder)
        except TrainingError as error:
            self._watched = None
            self._fail("watch", str(error))
            return
        if detail is not self._shown:
            self._shown = detail
            self.detail_changed.emit(detail)
            self._read_on()  # there may be more than was read at once


def _is_live(row: RunRow) -> bool:
    return row.state in {"preparing", "running", "paused", "stopping"}


def _step_of(row: RunRow) -> int:
    digits = row.checkpoint.stem.rpartition("-")[2] if row.checkpoint is not None else ""
    return int(digits) if digits.isdecimal() else row.step
