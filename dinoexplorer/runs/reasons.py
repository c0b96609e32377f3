"""Why a training ended, in one sentence."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

from training.config import RunConfig
from training.run import Run

SAID_LAST = re.compile(r"^dinotrain: (.+)$", re.MULTILINE)
_EXCEPTION = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Interrupt|Exit))(?:: (.*))?$", re.MULTILINE)
_MEMORY = re.compile(r"out of memory|MemoryError|DefaultCPUAllocator|cannot allocate memory", re.IGNORECASE)
_FITTING = re.compile(r"batch_size=(\d+), accumulate=(\d+)")
_CRASHES = {
    "SIGSEGV": "it crashed in native code", "SIGABRT": "it gave up in native code",
    "SIGBUS": "it crashed on bad memory",
    "SIGILL": "it met an instruction that this processor lacks", "SIGFPE": "it crashed in native arithmetic",
}  # fmt: skip
_RESUME = "Resume goes on from the last saved state."


def why_ended(
    run: Run,
    log_tail: str,
    *,
    exit_code: int | None = None,
    killed: bool = False,
    fitting: Callable[[RunConfig], int] | None = None,
) -> str:
    """One sentence or two: what happened, and what to do. Empty for a run that lives, finished or was stopped.

    Parameters
    ----------
    log_tail
        The end of its log, and of what it printed.
    exit_code
        Of its process, where it is known; below 0 it is the signal that ended it (POSIX).
    killed
        Someone ended the process on purpose, through this program.
    fitting
        Tells the batch size that fits into the memory of the device.
    """
    if run.state == "failed":
        message = run.status.message or said_last(log_tail) or "it failed without saying why; the log has the rest"
        return _with_batch_size(message, run.config, log_tail, fitting) if _MEMORY.search(message) else _sent(message)
    if run.state != "interrupted":
        return ""
    if killed:
        return f"It was ended by force{_place(run)}. {_RESUME}"
    name = signal_name(exit_code)
    if _MEMORY.search(log_tail):
        return _with_batch_size("the device ran out of memory", run.config, log_tail, fitting)
    if name == "SIGKILL":
        text = f"the system ended the process{_place(run)} (SIGKILL), which it does when memory runs out"
        return _with_batch_size(text, run.config, log_tail, fitting)
    return _gone(run, name, log_tail)


def _gone(run: Run, name: str, log_tail: str) -> str:
    place = _place(run)
    if name in _CRASHES:
        return f"{_sent(f'{_CRASHES[name]}{place} ({name})')} {_RESUME}"
    if name:
        return f"The process was ended by a signal{place} ({name}). {_RESUME}"
    if said := said_last(log_tail):
        return _sent(said)
    return f"The process ended without a word{place}: killed, or the machine was switched off. {_RESUME}"


def _place(run: Run) -> str:
    return f" at step {run.status.step}" if run.status.step else " before its first step"


def why_not_started(output: str, exit_code: int | None = None) -> str:
    """The same for a process that made no run folder, from what it printed."""
    if said := said_last(output):
        return _sent(said) if SAID_LAST.search(output) else f"The training could not begin: {_sent(said)}"
    if name := signal_name(exit_code):
        return f"The training process was ended by a signal before it began ({name})."
    lines = output.strip().splitlines()
    if lines:
        return f"The training process ended before it began; its last line was: {lines[-1][:300]}"
    return (
        "The training process ended without a word before it began. Start it again, or run its command in a terminal."
    )


def said_last(text: str) -> str:
    """What a process said itself about its end: the line of `dinotrain`, else its last exception."""
    if said := SAID_LAST.findall(text):
        return str(said[-1])
    raised = _EXCEPTION.findall(text) if "Traceback (most recent call last)" in text else []
    return ": ".join(filter(None, raised[-1])) if raised else ""


def signal_name(exit_code: int | None) -> str:
    """`SIGKILL` for -9; empty for an exit code that is no signal's."""
    if exit_code is None or exit_code >= 0:
        return ""
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"signal {-exit_code}"


def _with_batch_size(text: str, config: RunConfig, log_tail: str, fitting: Callable[[RunConfig], int] | None) -> str:
    """The text, and the batch size that would fit: the one that the run itself came down to, else an estimate."""
    said = _FITTING.findall(log_tail)
    size = int(said[-1][0]) if said else fitting(config) if fitting is not None else config.batch_size // 2
    size = min(size, config.batch_size // 2 or 1)
    if config.batch_size <= 1 or "even with one picture" in text:
        return _sent(text)
    parts = -(-config.images_per_step // size)
    return f"{_sent(text)} A batch_size of {size} would fit (accumulate={parts} keeps the step as it is)."


def _sent(text: str) -> str:
    """As a sentence."""
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
