"""What is said of a drag or a painting while it goes on, and at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dinoexplorer.ui.train.amounts import rate_text, time_text

if TYPE_CHECKING:
    from dinoexplorer.latent.shaping.drag import DragState
    from dinoexplorer.latent.shaping.paint import PaintState
    from dinoexplorer.ui.shaping.shaping_work import Progress

_GAP = "  ·  "


def words_for_drag(progress: Progress[DragState]) -> str:
    """`8.3 px left · step 12 of 200 · 41 steps/s · 5 s at most`; in a narrow window the end is cut off."""
    return _GAP.join([f"{_far(progress.state)} left", _step(progress), *_pace(progress)])


def end_of_drag(state: DragState, *, stopped: bool) -> str:
    """Whether the points have arrived, and if not, how far they are."""
    if state.arrived:
        return f"Arrived after {_steps(state.step)}. Ctrl+Z goes back to before."
    left = f"{state.best_distance:.1f} px" + (" on average" if len(state.distances) > 1 else "")
    if stopped:
        return f"Stopped at step {state.step} with {left} left. Go on, or move the points."
    return f"After {_steps(state.step)} {left} are left: go on, or ask for less."


def words_for_painting(progress: Progress[PaintState]) -> str:
    """`Colours 14 % off · step 12 of 120 · 41 steps/s · 2 s at most`; in a narrow window the end is cut off."""
    return _GAP.join([_off(progress.state).capitalize(), _step(progress), *_pace(progress)])


def end_of_painting(state: PaintState, *, stopped: bool) -> str:
    """How near the colours are."""
    how = "Stopped" if stopped else "Done"
    return f"{how} after {_steps(state.step)}, {_off(state)}. Paint on, or Ctrl+Z to go back."


def _step(progress: Progress[DragState] | Progress[PaintState]) -> str:
    return f"step {progress.state.step} of {progress.state.steps}"


def _pace(progress: Progress[DragState] | Progress[PaintState]) -> list[str]:
    if not progress.rate:
        return []
    rate = rate_text(progress.rate, "steps")
    left = time_text(progress.seconds_left)
    return [rate, f"{left} at most"] if left else [rate]


def _far(state: DragState) -> str:
    return ", ".join(f"{distance:.1f}" for distance in state.distances) + " px"


def _off(state: PaintState) -> str:
    return f"colours {100 * state.colour:.0f} % off"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
