"""Commands: answered within a second whatever the run is doing, and defined when they meet each other."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

import training.data.cache
import training.data.folders
import training.latent_statistics
import training.session
from training.background import in_background
from training.files import FolderLock
from training.loop import fit
from training.run import COMPANION_VARIABLE, RunError, RunWriter, read_run, send
from training.session import Session
from training.steering import Steering, companion_of

Start = Callable[..., RunWriter]

PHASES = {
    "reading pictures": (training.data.folders, "load_picture"),
    "caching": (training.data.cache, "content_hashes"),
    "a training step": (Session, "train_step"),
    "evaluating": (Session, "evaluate"),
    "drawing a sheet": (Session, "save_sheet"),
    "encoding pictures": (training.session, "encoded_statistics"),
    "fitting the mixture": (training.latent_statistics, "fit_by_class"),
    "saving": (training.session, "write_checkpoint"),
}


def _answered(run: RunWriter, number: int) -> float:
    """Seconds until the run has heard a command, while this thread does nothing else."""
    began = time.monotonic()
    while read_run(run.folder).status.handled_control < number:
        assert time.monotonic() - began < 10
    return time.monotonic() - began


@pytest.mark.parametrize("phase", PHASES)
def test_a_command_is_answered_within_a_second_in_every_phase(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    run = start("steps=2", "evaluate.every=1", "samples.every=1")
    place, name = PHASES[phase]
    work, seconds = getattr(place, name), []

    def long_work(*arguments: object, **named: object) -> object:
        if not seconds:
            seconds.append(None)
            seconds[0] = _answered(run, send(run.folder, "sample"))
        return work(*arguments, **named)

    monkeypatch.setattr(place, name, long_work)
    assert fit(run, silent())[0] == "finished"
    assert seconds[0] < 1.0


@pytest.mark.parametrize(
    "phase", ["reading pictures", "evaluating", "encoding pictures", "fitting the mixture", "saving"]
)
def test_a_stop_in_any_phase_leaves_a_run_that_goes_on(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    run = start("steps=4", "evaluate.every=2", "checkpoint.every=2")
    place, name = PHASES[phase]
    work, sent = getattr(place, name), []

    def stopped_work(*arguments: object, **named: object) -> object:
        if not sent:
            sent.append(send(run.folder, "stop"))
            _answered(run, sent[0])
            assert read_run(run.folder).state == "stopping"
        return work(*arguments, **named)

    monkeypatch.setattr(place, name, stopped_work)
    assert fit(run, silent())[0] == "stopped"
    assert fit(RunWriter.reopen(run.folder), silent())[0] == "finished"


def test_a_second_stop_and_a_pause_after_a_stop_change_nothing(start: Start) -> None:
    run = start()
    run.update(state="running")
    with Steering(run) as steering:
        for command in ("stop", "stop", "pause"):
            number = send(run.folder, command)
            steering.listen()
            assert read_run(run.folder).status.handled_control == number
        assert (steering.stop, steering.paused) == (True, False)
        steering.wait()  # returns at once
        assert read_run(run.folder).state == "stopping"
        assert send(run.folder, "stop") > number  # still allowed, still without effect
        run.update(state="stopped")
    assert read_run(run.folder).state == "stopped"


def test_a_paused_run_can_be_stopped(start: Start, silent: type, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start("steps=4")
    monkeypatch.setattr(
        "training.steering.time.sleep",
        lambda _seconds: read_run(run.folder).state == "paused" and send(run.folder, "stop"),
    )
    assert fit(run, silent(lambda step: step == 2 and send(run.folder, "pause")))[0] == "stopped"
    assert read_run(run.folder).last_checkpoint is not None


def test_a_stop_that_nobody_has_read_is_not_overwritten(start: Start) -> None:
    run = start()
    run.update(state="running")
    stop = send(run.folder, "stop")
    assert send(run.folder, "pause") == stop
    assert run.poll() == "stop"
    assert send(run.folder, "pause") == stop + 1


def test_two_processes_cannot_take_over_one_run(start: Start) -> None:
    run = start()
    run.update(state="stopped")
    other = FolderLock(run.folder / "checkpoints" / ".lock")
    assert other.acquire()
    before = (run.folder / "status.json").read_bytes()
    with pytest.raises(RunError, match=r"another process is just taking over the run .*run; only one can train in a"):
        RunWriter.reopen(run.folder)
    assert (run.folder / "status.json").read_bytes() == before
    other.release()
    assert RunWriter.reopen(run.folder).status.state == "preparing"


def test_after_its_end_a_run_writes_no_status(start: Start) -> None:
    run = start()
    run.update(state="finished")
    run._last_beat = -1e9
    run.beat(message="late")
    assert read_run(run.folder).status.message == ""
    assert run.poll() is None


def test_background_work_gives_its_result_and_its_errors() -> None:
    heard: list[int] = []
    assert in_background(lambda: 3, lambda: heard.append(1)) == 3
    with pytest.raises(ZeroDivisionError):
        in_background(lambda: 1 // 0, lambda: None)

    def refuse() -> None:
        raise InterruptedError("stop")

    ended: list[bool] = []

    def work() -> None:
        while not heard:
            time.monotonic()
        ended.append(True)

    def stop() -> None:
        heard.append(1)
        refuse()

    heard.clear()
    with pytest.raises(InterruptedError):
        in_background(work, stop)
    assert ended == [True]  # never left behind


def test_a_run_saves_and_stops_when_the_process_it_belongs_to_is_gone(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = [sys.executable, "-c", "input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as companion:
        created = psutil.Process(companion.pid).create_time()
        monkeypatch.setenv(COMPANION_VARIABLE, f"{companion.pid}:{created}")
        run = start("steps=100000", "log.every=1")
        reporter = silent()
        reporter.step = lambda step, *_: companion.communicate(b"\n") if step == 3 else None
        state, interrupted = fit(run, reporter)
    assert (state, interrupted) == ("stopped", False)
    assert run.status.step < 100_000
    assert run.state_file.is_file()


def test_a_run_that_was_told_to_outlives_the_process_it_belonged_to(
    start: Start, silent: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = [sys.executable, "-c", "input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as companion:
        created = psutil.Process(companion.pid).create_time()
        monkeypatch.setenv(COMPANION_VARIABLE, f"{companion.pid}:{created}")
        run = start("steps=100000", "log.every=1")

        def step(step: int, *_: object) -> None:
            if step == 3:
                send(run.folder, "outlive")
                companion.communicate(b"\n")
                ended.append(time.monotonic())
            if ended and time.monotonic() - ended[0] > 1.0 and len(ended) == 1:
                ended.append(send(run.folder, "stop"))

        ended: list[float] = []
        reporter = silent()
        reporter.step = step
        state, _ = fit(run, reporter)
    assert state == "stopped"
    assert run.status.handled_control == ended[1]  # it was still there to hear that


@pytest.mark.parametrize("text", ["", "12", "a:b", "12:"])
def test_a_companion_that_cannot_be_read_is_none(text: str) -> None:
    assert companion_of({COMPANION_VARIABLE: text}) is None
