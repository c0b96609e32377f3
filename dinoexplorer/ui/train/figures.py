"""Numbers as a person reads them at a glance."""

from __future__ import annotations

import math

_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def short_number(value: float) -> str:
    """`0.0312`, `12.4`, `120k`, `1.25M`; a dash for what is not known."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 9_999.5:
        for unit, letter in _UNITS:
            if size >= unit * 0.9995:
                return f"{value / unit:.3g}{letter}"
    return f"{value:.4g}" if size >= 1e-3 or value == 0 else f"{value:.2e}"
