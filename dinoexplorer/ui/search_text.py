"""How far a search for a code has come, in words."""

from __future__ import annotations

from dinoexplorer.latent.inversion.asking import SearchState
from dinoexplorer.ui.train.amounts import rate_text, time_text


def progress_text(state: SearchState) -> str:
    """`Step 12 of 100  ·  14 steps/s  ·  6 s left  ·  from the encoder`."""
    return pace_text(f"Step {state.step} of {state.steps}", state.rate, state.seconds_left, state.start)


def pace_text(step: str, rate: float, left: float | None, start: str) -> str:
    """A step, how many a second, how long still, and from where; what is not known yet is left out."""
    parts = [step]
    if rate > 0:
        parts.append(rate_text(rate, "steps"))
    if left is not None and (text := time_text(left)):
        parts.append(f"{text} left")
    return "  ·  ".join([*parts, f"from {start}"])


def end_text(state: SearchState) -> str:
    """`Done after 100 steps` or `Stopped at step 12 of 100`."""
    return f"Done after {state.steps} steps" if state.done else f"Stopped at step {state.step} of {state.steps}"
