"""CSS's cubic-bezier(x1, y1, x2, y2): a Bezier curve from (0, 0) to (1, 1) with these two handles."""

from __future__ import annotations

from dinoexplorer.morph.easings import Curve, Easing
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter

_HALVINGS = 60  # beyond the precision of a double
_LARGEST = 10.0


def _make(x1: float, y1: float, x2: float, y2: float) -> Curve:
    if not (0 <= x1 <= 1 and 0 <= x2 <= 1):
        raise MorphError("The handles of a bezier lie between 0 and 1 in time (its first and third number); move them.")
    if max(abs(y1), abs(y2)) > _LARGEST:
        raise MorphError(f"The handles of a bezier lie within {_LARGEST:g} of the way; move them nearer.")

    def curve(time: float) -> float:
        if time <= 0 or time >= 1:
            return float(time >= 1)
        low, high = 0.0, 1.0  # x never goes back, so halving always finds it
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _bezier(x1, x2, middle) < time else (low, middle)
        return _bezier(y1, y2, (low + high) / 2)

    return curve


def _bezier(first: float, second: float, share: float) -> float:
    rest = 1 - share
    return 3 * rest * rest * share * first + 3 * rest * share * share * second + share**3


_HANDLES = (
    Parameter("First, time", "When the handle at the beginning pulls.", 0.25, 0.0, 1.0),
    Parameter("First, way", "How far the handle at the beginning pulls.", 0.1, -0.5, 1.5),
    Parameter("Second, time", "When the handle at the end pulls.", 0.25, 0.0, 1.0),
    Parameter("Second, way", "How far the handle at the end pulls.", 1.0, -0.5, 1.5),
)
EASING = Easing("bezier", "Bezier", _make, _HANDLES, monotone=False)
