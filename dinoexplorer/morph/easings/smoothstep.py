"""s(t) = 3 t^2 - 2 t^3, at rest at both ends."""

from __future__ import annotations

from dinoexplorer.morph.easings import Curve, Easing


def _make() -> Curve:
    return lambda time: time * time * (3 - 2 * time)


EASING = Easing("smoothstep", "Smoothstep", _make)
