"""The training loop."""

from __future__ import annotations

import math
import shutil
import time
import traceback
from contextlib import suppress

import torch
from torch import Tensor

from training.data.images import open_images
from training.device import limit_threads
from training.environment import describe_environment
from training.errors import StopRequested, TrainingError
from training.files import replace_file
from training.reporting import Reporter
from training.run import RunWriter, State
from training.session import DivergedError, Session, diverged
from training.steering import Steering

_DESCRIBED_AT_END = 8192
_DESCRIBED_ON_THE_WAY = 2048
"""Pictures encoded for the statistics in a checkpoint."""


def fit(run: RunWriter, reporter: Reporter) -> tuple[State, bool]:
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
            state = _fit(run, steering, reporter)
        except TrainingError as error:
            _fail(run, str(error))
            raise
        except torch.OutOfMemoryError as error:
            text = f"the device is out of memory with batch_size={run.config.batch_size}; try half of it"
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


def _fit(run: RunWriter, steering: Steering, reporter: Reporter) -> State:
    try:
        session = _prepare(run, steering, reporter)
    except StopRequested:
        run.update(state="stopped", message="stopped before the first step")
        return "stopped"
    run.update(state="running", phase="training", step=session.step, images_seen=session.images_seen, message="")
    _train(session, run, steering, reporter)
    if not steering.stop:
        try:
            _save(session, run, steering, _DESCRIBED_AT_END)
        except StopRequested:
            steering.stop = True
    if steering.stop:
        run.update(state="stopping", phase="saving")
        _save(session, run, steering, _DESCRIBED_ON_THE_WAY)
    state: State = "finished" if session.step >= run.config.steps else "stopped"
    run.update(state=state, phase="", step=session.step, images_seen=session.images_seen, message="")
    return state


def _prepare(run: RunWriter, steering: Steering, reporter: Reporter) -> Session:
    """Open the pictures, build the model, go to the saved state."""
    limit_threads()
    config = run.config

    def tick(what: str, done: int, total: int) -> None:
        steering.tick(what, done, total)
        reporter.progress(what, done, total)

    images = open_images(
        config.data.source, size=config.image.size, channels=config.image.channels, count=_count(run),
        seed=config.seed, variation=config.data.variation, fit=config.data.fit, progress=tick,
    )  # fmt: skip
    for skipped in images.skipped:
        reporter.line(f"left out {skipped.name}: {skipped.reason}")
    session = Session(config, images)
    environment = describe_environment(session.device, session.precision)
    run.write_environment({**environment, "seed": config.seed, "dataset_fingerprint": images.fingerprint})
    if run.state_file.is_file():
        session.load_state(run.state_file)
        reporter.line(f"resuming at step {session.step}")
    parameters = sum(p.numel() for p in session.model.parameters())
    reporter.line(
        f"{len(session.train_rows):,} pictures to train on, {len(session.held_rows):,} held out, "
        f"{len(images.classes)} classes; {config.family} with {parameters:,} parameters on {session.device}"
    )
    return session


def _count(run: RunWriter) -> int | None:
    data = run.config.data
    return data.count if data.source.startswith("builtin:") else None


def _train(session: Session, run: RunWriter, steering: Steering, reporter: Reporter) -> None:
    """Steps until the end or a stop. What is due after a step: a record, a sheet, an evaluation, a checkpoint."""
    config = run.config
    meter = Meter(session)
    while session.step < config.steps:
        steering.listen()
        if steering.paused:
            steering.wait()
        if steering.stop:
            return
        meter.add(session.train_step())
        run.beat(state="running", phase="training", step=session.step, images_seen=session.images_seen, message="")
        step, last = session.step, session.step == config.steps
        evaluate = last or step % config.evaluate.every == 0
        save = steering.asked("save") or step % config.checkpoint.every == 0
        if last or evaluate or save or step % config.log.every == 0:
            record = meter.record()
            run.add_metrics(record)
            reporter.step(step, config.steps, record)
        try:
            improved = evaluate and _evaluate(session, run, steering, reporter)
            if last or steering.asked("sample") or step % config.samples.every == 0:
                session.save_sheet(run.sample_file(step))
            if (save or improved) and not last:
                _save(session, run, steering, _DESCRIBED_ON_THE_WAY)
        except StopRequested:
            return


def _evaluate(session: Session, run: RunWriter, steering: Steering, reporter: Reporter) -> bool:
    """Whether the averaged weights are better on held-out pictures than ever before in this run."""
    metrics = session.evaluate(steering.tick)
    if not metrics:
        return False
    if not all(map(math.isfinite, metrics.values())):
        raise DivergedError(diverged(session.config, session.step, "the loss on held-out pictures is not a number"))
    run.add_metrics({"step": session.step, "time": round(session.seconds, 3), **metrics})
    reporter.line(f"step {session.step}: " + "  ".join(f"{name} {value:.4g}" for name, value in metrics.items()))
    session.last_metrics = metrics
    return metrics["held_out/total"] < session.best_loss


def _save(session: Session, run: RunWriter, steering: Steering, described_by: int) -> None:
    """Step checkpoint, `last`, `best` when it is, and the state to resume from; each whole or not there."""
    path = run.checkpoint_file(session.step)
    tick = steering.beat if steering.stop else steering.tick
    session.save_checkpoint(path, described_by=described_by, tick=tick)
    loss = session.last_metrics.get("held_out/total", math.inf)
    best = loss < session.best_loss
    session.best_loss = min(session.best_loss, loss)
    for target in [run.checkpoint_file("last"), *([run.checkpoint_file("best")] if best else [])]:
        with path.open("rb") as source, replace_file(target) as file:
            shutil.copyfileobj(source, file)
    session.save_state(run.state_file)
    run.drop_old_checkpoints()


class Meter:
    """Averages the parts of the loss between two records and tells the speed of training itself."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sums: dict[str, Tensor] = {}
        self._steps = 0
        self._since = time.perf_counter()

    def add(self, parts: dict[str, Tensor]) -> None:
        for name, value in parts.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
        self._steps += 1

    def record(self) -> dict[str, float]:
        """The record for `metrics.jsonl`, and a fresh start.

        Raises
        ------
        DivergedError
            A part of the loss is not a finite number.
        """
        session = self._session
        values = {name: float(value) / self._steps for name, value in self._sums.items()}  # waits for the device
        seconds = time.perf_counter() - self._since
        session.seconds += seconds
        for name, value in values.items():
            if not math.isfinite(value):
                raise DivergedError(diverged(session.config, session.step, f"the loss part {name} is {value}"))
        rate = self._steps / max(seconds, 1e-9)
        self._sums, self._steps, self._since = {}, 0, time.perf_counter()
        return {
            "step": session.step,
            "time": round(session.seconds, 3),
            "images_seen": session.images_seen,
            **{f"loss/{name}": value for name, value in values.items()},
            "lr": session.optimizer.param_groups[0]["lr"],
            "images_per_second": rate * session.config.batch_size,
            "seconds_left": (session.config.steps - session.step) / rate,
        }
