"""Why a training ended, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinoexplorer.runs.reasons import signal_name, why_ended, why_not_started
from training.config import RunConfig
from training.run import Run, Status

RESUME = "Resume goes on from the last saved state."


def run(state: str = "interrupted", message: str = "", step: int = 120, batch_size: int = 64) -> Run:
    return Run(Path("x"), RunConfig(batch_size=batch_size), Status(state=state, message=message, step=step), state)


@pytest.mark.parametrize("state", ["running", "paused", "finished", "stopped", "queued"])
def test_a_run_that_did_not_fail_has_no_reason(state):
    assert why_ended(run(state), "Traceback (most recent call last):\nValueError: x") == ""


def test_a_failed_run_gives_its_own_reason():
    message = "training diverged by step 9: loss/total is nan; the last checkpoint is kept"
    assert why_ended(run("failed", message), "") == f"T{message[1:]}."
    said = "dinotrain: cannot write into /x: No space left on device; make room, then 'dinotrain resume'\n"
    assert why_ended(run("failed"), said).startswith("Cannot write into /x: No space left on device")
    assert why_ended(run("failed"), "hello") == "It failed without saying why; the log has the rest."


@pytest.mark.parametrize(
    ("exit_code", "sentence"),
    [
        (-15, f"The process was ended by a signal at step 120 (SIGTERM). {RESUME}"),
        (-11, f"It crashed in native code at step 120 (SIGSEGV). {RESUME}"),
        (None, f"The process ended without a word at step 120: killed, or the machine was switched off. {RESUME}"),
        (3, f"The process ended without a word at step 120: killed, or the machine was switched off. {RESUME}"),
    ],
)
def test_a_process_that_is_gone_is_told_by_its_signal(exit_code, sentence):
    assert why_ended(run(), "step 120/1000", exit_code=exit_code) == sentence


def test_one_that_was_ended_on_purpose_says_so():
    assert (
        why_ended(run(step=0), "", exit_code=-9, killed=True)
        == f"It was ended by force before its first step. {RESUME}"
    )


def test_out_of_memory_names_the_batch_size_that_would_fit():
    log = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB"
    assert why_ended(run(), log, fitting=lambda _config: 24) == (
        "The device ran out of memory. A batch_size of 24 would fit (accumulate=3 keeps the step as it is)."
    )
    came_down = "out of memory at step 3 (...); from here 16 pictures at a time (batch_size=16, accumulate=4)"
    assert "A batch_size of 16 would fit (accumulate=4" in why_ended(run(), came_down, fitting=lambda _config: 60)
    assert "A batch_size of 32 would fit" in why_ended(run(), "", exit_code=-9)
    last = "the device is out of memory even with one picture at a time; try a smaller image.size or model"
    assert why_ended(run("failed", last), "") == f"T{last[1:]}."
    assert why_ended(run(batch_size=1), log) == "The device ran out of memory."


def test_a_process_that_never_began_is_told_by_what_it_printed():
    trace = "Traceback (most recent call last):\n  File x\nModuleNotFoundError: No module named 'torch'\n"
    assert why_not_started(trace) == "The training could not begin: ModuleNotFoundError: No module named 'torch'."
    assert why_not_started("dinotrain: there are no files in /x; give a folder with pictures\n") == (
        "There are no files in /x; give a folder with pictures."
    )
    assert why_not_started("", -9) == "The training process was ended by a signal before it began (SIGKILL)."
    assert why_not_started("a\nb\n") == "The training process ended before it began; its last line was: b"
    assert why_not_started("").startswith("The training process ended without a word before it began.")


def test_signals_have_names():
    assert [signal_name(code) for code in (None, 0, 1, -9, -250)] == ["", "", "", "SIGKILL", "signal 250"]
