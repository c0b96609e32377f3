"""The training loop."""

from __future__ import annotations

import math
import shutil
import traceback
from contextlib import suppress
from pathlib import Path

import torch

from training.config import RunConfig
from training.distributed import Group, Word
from training.errors import StopRequested, TrainingError
from training.evaluation.on_the_way import measure_on_the_way, refuse_unknown_best
from training.files import replace_file
from training.meter import Meter
from training.preparing import join_preparation, prepare, take_over
from training.reporting import Reporter
from training.run import RunWriter, State
from training.session import DivergedError, Session, diverged
from training.state import load_state, save_state
from training.steering import Steering
from training.tensorboard import EventWriter

_DESCRIBED_AT_END = 8192
_DESCRIBED_ON_THE_WAY = 2048
"""Pictures encoded for the statistics in a checkpoint."""


def fit(run: RunWriter, reporter: Reporter, group: Group | None = None) -> tuple[State, bool]:
    """Train what the run's configuration says, from its last saved state if there is one, to its end.

    Returns
    -------
    state, interrupted
        `finished` or `stopped`, and whether a signal was the reason.

    Raises
    ------
    TrainingError
        The work cannot begin or go on; the run is then `failed` with the same text, its checkpoints stay.
    """
    with Steering(run) as steering:
        try:
            state = Loop(run, steering, reporter, group or Group()).fit()
        except TrainingError as error:
            _fail(run, str(error))
            raise
        except torch.OutOfMemoryError as error:
            text = "the device is out of memory even with one picture at a time; try a smaller image.size or model"
            _fail(run, text)
            raise TrainingError(text) from error
        except OSError as error:
            text = f"cannot write into {run.folder}: {error.strerror or error}; make room, then 'dinotrain resume'"
            _fail(run, text)
            raise TrainingError(text) from error
        except KeyboardInterrupt:
            run.update(state="stopped", message="interrupted twice; the last checkpoint is kept")
            raise
        except Exception as error:
            _fail(run, f"{type(error).__name__}: {error}")
            raise
    return state, steering.interrupted


def _fail(run: RunWriter, message: str) -> None:
    with suppress(OSError):  # the disk may be the reason
        run.log(traceback.format_exc())
        run.update(state="failed", message=message)


class Loop:
    """One run from where it stands to its end. What is due after a step: a record, a sheet, an evaluation, a save."""

    def __init__(self, run: RunWriter, steering: Steering, reporter: Reporter, group: Group) -> None:
        self._run = run
        self._steering = steering
        self._reporter = reporter
        self._group = group
        self._config = run.config
        self._events = EventWriter.open(run.folder / "tensorboard") if run.config.log.tensorboard else None
        self._session: Session
        self._meter: Meter
        self._ended_early = ""

    def fit(self) -> State:
        """See `training.loop.fit`."""
        run, steering = self._run, self._steering
        try:
            self._session = prepare(run, steering, self._reporter, self._group)
        except StopRequested:
            self._group.share(b"")  # the others wait for the fingerprint of the pictures
            run.update(state="stopped", message="stopped before the first step")
            return "stopped"
        if self._session.stale >= self._config.evaluate.patience:  # it ended early, and someone wants it to go on
            self._session.stale = 0
        try:
            self._meter = Meter(self._session)
            if not steering.stop:
                run.update(state="running", phase="training", message="", **self._place())
            self._train()
            self._group.say(Word.LEAVE)
            self._save_at_end()
        finally:
            self._session.close()
            if self._events is not None:
                self._events.close()
        done = self._session.step >= self._config.steps or bool(self._ended_early)
        state: State = "finished" if done else "stopped"
        run.update(state=state, phase="", message=self._ended_early, **self._place())
        return state

    def _train(self) -> None:
        steering, config = self._steering, self._config
        with suppress(StopRequested):
            self._catch_up()
        while self._session.step < config.steps and not self._ended_early:
            steering.listen()
            if steering.paused:
                steering.wait()
            if steering.stop:
                return
            try:
                self._step()
            except DivergedError as error:
                self._go_back(error)
            except StopRequested:
                return

    def _step(self) -> None:
        session, run, steering, config = self._session, self._run, self._steering, self._config
        self._group.say(Word.STEP)
        coming = session.step + 1
        last = coming == config.steps
        due = {
            "evaluate": last or coming % config.evaluate.every == 0,
            "sample": last or steering.asked("sample") or coming % config.samples.every == 0,
            "save": steering.asked("save") or (coming % config.checkpoint.every == 0 and not last),
        }
        recorded = any(due.values()) or coming % config.log.every == 0
        self._meter.add(session.train_step(measured=recorded))
        session.due = [name for name, is_due in due.items() if is_due]
        run.beat(phase="training", **self._place())
        if session.notices:
            self._tell()
        if recorded:
            record = self._meter.record()
            self._keep(record)
            self._reporter.step(session.step, config.steps, record)
        self._catch_up()

    def _catch_up(self) -> None:
        """Do what is due; what a stop cuts short stays due in the saved state, and is done first after a resume."""
        session = self._session
        if "evaluate" in session.due:
            if self._evaluate() and session.step < self._config.steps:
                session.due.append("save")
            session.due.remove("evaluate")
        if "sample" in session.due:
            session.save_sheet(self._run.sample_file(session.step))
            session.due.remove("sample")
        if session.due:
            session.due.clear()
            self._save(_DESCRIBED_ON_THE_WAY)
        self._meter.restart()

    def _place(self) -> dict[str, int]:
        return {"step": self._session.step, "images_seen": self._session.images_seen}

    def _keep(self, record: dict[str, float]) -> None:
        self._run.add_metrics(record)
        if self._events is not None:
            self._events.add(record)

    def _tell(self) -> None:
        """Say what changed by itself, in the log and in the status; the records tell it from here on."""
        session = self._session
        for notice in session.notices:
            self._reporter.line(notice)
        self._run.update(message=session.notices[-1], **self._place())
        session.notices.clear()

    def _evaluate(self) -> bool:
        """Whether the averaged weights are better on held-out pictures than ever before in this run."""
        session = self._session
        metrics = session.evaluate(self._steering.tick)
        if not metrics:
            return False
        metrics |= measure_on_the_way(session, self._steering.tick)
        refuse_unknown_best(session, metrics)
        if session.notices:
            self._tell()
        if not all(map(_is_finite, metrics.values())):
            raise DivergedError(diverged(session, "the loss on held-out pictures is not a number"))
        self._keep({**self._place(), "time": round(session.seconds, 3), **metrics})
        self._reporter.figures(session.step, metrics)
        session.last_metrics = metrics
        improved = session.badness(metrics) < session.best_loss
        session.stale = 0 if improved else session.stale + 1
        patience = self._config.evaluate.patience
        if patience and session.stale >= patience and session.step < self._config.steps:
            self._ended_early = (
                f"ended early at step {session.step}: {session.stale} evaluations in a row were no better than"
                f" {self._config.evaluate.best} {session.best:.4g} (evaluate.patience={patience})"
            )
            self._reporter.line(self._ended_early)
        return improved

    def _go_back(self, error: DivergedError) -> None:
        """Return to the last saved state, slower and with other noise; a second time it is enough."""
        session, path = self._session, self._run.state_file
        if session.retries:
            raise error
        self._group.say(Word.RELOAD)
        diverged_at = session.step
        session.begin()
        take_over(session, self._run, path.read_bytes() if path.is_file() else b"")
        calm_down(session)
        self._meter = Meter(session)
        session.notices.append(
            f"{str(error).partition(';')[0]}; went back from step {diverged_at} to step {session.step} with half the"
            " learning rate and other noise"
        )
        self._tell()

    def _save_at_end(self) -> None:
        if not self._steering.stop:
            try:
                self._save(_DESCRIBED_AT_END)
            except StopRequested:
                self._steering.stop = True
        if self._steering.stop:
            self._run.update(state="stopping", phase="saving")
            self._save(_DESCRIBED_ON_THE_WAY)

    def _save(self, described_by: int) -> None:
        """Step checkpoint, `last`, `best` when it is, and the state to resume from; each whole or not there."""
        session, run = self._session, self._run
        path = run.checkpoint_file(session.step)
        tick = self._steering.beat if self._steering.stop else self._steering.tick
        session.save_checkpoint(path, described_by=described_by, tick=tick)
        loss = session.badness(session.last_metrics)
        best = loss < session.best_loss
        session.best_loss = min(session.best_loss, loss)
        for target in [run.checkpoint_file("last"), *([run.checkpoint_file("best")] if best else [])]:
            _copy(path, target)
        save_state(session, run.state_file)
        run.drop_old_checkpoints()


def calm_down(session: Session) -> None:
    """What is different after going back: half the learning rate, and other noise (`retries` is part of its seed)."""
    session.rate_scale *= 0.5
    session.retries += 1


def follow(config: RunConfig, group: Group) -> None:
    """Compute what the leader says, until it says that it is over; see `training.distributed`."""
    session = join_preparation(config, group)
    if session is None:
        return
    try:
        _reload(session)
        while (word := group.say()) != Word.LEAVE:
            if word == Word.STEP:
                session.train_step()
            else:
                session.begin()
                _reload(session)
                calm_down(session)
    finally:
        session.close()


def _reload(session: Session) -> None:
    if saved := session.group.share():
        load_state(session, Path("state.pt"), saved)


def _copy(path: Path, target: Path) -> None:
    with path.open("rb") as source, replace_file(target) as file:
        shutil.copyfileobj(source, file)


def _is_finite(value: float | list[float]) -> bool:
    return all(map(math.isfinite, value)) if isinstance(value, list) else math.isfinite(value)
