"""Constant speed: s(t) = t."""

from __future__ import annotations

from dinoexplorer.morph.easings import Curve, Easing


def _make() -> Curve:
    return lambda time: time


EASING = Easing("linear", "Linear", _make)
