"""Swings like a spring around both ends: Penner's "elastic" in and out."""

from __future__ import annotations

import math

from dinoexplorer.morph.easings import Curve, Easing
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter

_PENNER = 4.5
_SHORTEST = 0.5


def _make(width: float) -> Curve:
    if width < _SHORTEST:
        raise MorphError(f"A swing of an elastic is {_SHORTEST:g} wide at least, not {width:g}; give a larger number.")

    def curve(time: float) -> float:
        if time <= 0 or time >= 1:
            return float(time >= 1)
        # A quarter of a swing behind in the middle, where both halves meet half way.
        swing = math.sin((20 * time - 10 - width / 4) * 2 * math.pi / width) / 2
        return -(2 ** (20 * time - 10)) * swing if time < 0.5 else 2 ** (10 - 20 * time) * swing + 1

    return curve


_WIDTH = Parameter("Width", "How wide a swing is: a small one swings often.", _PENNER, 1.5, 12.0)
EASING = Easing("elastic", "Elastic", _make, (_WIDTH,), monotone=False)
