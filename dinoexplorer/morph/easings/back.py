"""Takes a run-up and overshoots: Penner's "back" in and out, whose number is how far."""

from __future__ import annotations

from dinoexplorer.morph.easings import Curve, Easing
from dinoexplorer.morph.parameters import Parameter

_PENNER = 1.70158  # ten per cent beyond the end
_IN_AND_OUT = 1.525  # keeps the ten per cent where the curve is halved


def _make(amount: float) -> Curve:
    pull = amount * _IN_AND_OUT

    def curve(time: float) -> float:
        if time < 0.5:
            return (2 * time) ** 2 * ((pull + 1) * 2 * time - pull) / 2
        left = 2 * time - 2
        return (left**2 * ((pull + 1) * left + pull) + 2) / 2

    return curve


_SWING = Parameter("Swing", "How far it goes back at first, and beyond the end.", _PENNER, 0.0, 6.0)
EASING = Easing("back", "Back", _make, (_SWING,), monotone=False)
