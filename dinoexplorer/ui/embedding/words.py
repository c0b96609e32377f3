"""What is said of a search while it goes on and when it has ended."""

from __future__ import annotations

from dinoexplorer.ui.embedding.session import Progress
from dinoexplorer.ui.search_text import end_text, pace_text, progress_text
from dinoexplorer.ui.train.amounts import time_text


def of_progress(progress: Progress) -> str:
    """Which step, how fast, how long still, and from where."""
    search, fitting = progress.reached.search, progress.reached.fitting
    if fitting is None:
        return "The place is found; getting ready to fit the model…" if search.done else progress_text(search)
    rate = fitting.step / fitting.seconds if fitting.seconds > 0 else 0.0
    return pace_text(f"Fitting, step {fitting.step} of {fitting.steps}", rate, fitting.seconds_left, search.start)


def of_end(progress: Progress) -> str:
    """At which step it has ended."""
    search, fitting = progress.reached.search, progress.reached.fitting
    if fitting is not None and fitting.step < fitting.steps:
        return f"Stopped at step {fitting.step} of {fitting.steps} of the fitting"
    return end_text(search) + (f" and {fitting.steps} of fitting" if search.done and fitting is not None else "")


def of_way(progress: Progress) -> str:
    """From where, and in how long."""
    search, fitting = progress.reached.search, progress.reached.fitting
    seconds = search.seconds + (0.0 if fitting is None else fitting.seconds)
    return f"from {search.start}, in {time_text(seconds)}"


def of_likeness(progress: Progress) -> str:
    """How near the best picture is."""
    return f"PSNR {progress.reached.psnr:.1f} dB  ·  SSIM {progress.ssim:.3f}"


def share_done(progress: Progress) -> float:
    """Of the phase that it is in, 0 to 1."""
    search, fitting = progress.reached.search, progress.reached.fitting
    done, steps = (search.step, search.steps) if fitting is None else (fitting.step, fitting.steps)
    return done / max(steps, 1)
