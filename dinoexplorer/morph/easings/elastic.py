"""Swings like a spring around both ends: Penner's "elastic" in and out."""

from __future__ import annotations

import math

from dinoexplorer.morph.easings import Easing

_TURN = 2 * math.pi / 4.5


def _curve(time: float) -> float:
    if time <= 0 or time >= 1:
        return float(time >= 1)
    swing = math.sin((20 * time - 11.125) * _TURN) / 2
    return -(2 ** (20 * time - 10)) * swing if time < 0.5 else 2 ** (10 - 20 * time) * swing + 1


EASING = Easing("elastic", "Elastic", lambda: _curve, monotone=False)
