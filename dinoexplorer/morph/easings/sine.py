"""The house's default: s(t) = (1 - cos(pi t)) / 2, at rest at both ends."""

from __future__ import annotations

import math

from dinoexplorer.morph.easings import Curve, Easing


def _make() -> Curve:
    return lambda time: 0.5 - 0.5 * math.cos(math.pi * time)


EASING = Easing("sine", "Sine", _make)
