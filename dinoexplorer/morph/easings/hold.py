"""Stays, and jumps at the end: a cut."""

from __future__ import annotations

from dinoexplorer.morph.easings import Easing


def _curve(time: float) -> float:
    return float(time >= 1)


EASING = Easing("hold", "Hold", lambda: _curve)
