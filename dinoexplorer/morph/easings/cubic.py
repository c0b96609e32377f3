"""s(t) = 4 t^3 up to the middle and its mirror image after it: quicker in the middle than the sine."""

from __future__ import annotations

from dinoexplorer.morph.easings import Easing


def _curve(time: float) -> float:
    return 4 * time**3 if time < 0.5 else 1 - 4 * (1 - time) ** 3


EASING = Easing("cubic", "Cubic", lambda: _curve)
