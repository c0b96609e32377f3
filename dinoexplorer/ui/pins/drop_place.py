"""Where in the gallery a drop leads: between two pins, or onto one."""

from __future__ import annotations

from dataclasses import dataclass

_EDGE = 0.3  # of a tile's width, at either side


@dataclass(frozen=True, slots=True)
class DropPlace:
    """A drop onto the pin at ``row``, or before it where it is not ``onto``; the row after the last is the end."""

    row: int
    onto: bool


def drop_place(x: int, width: int, count: int) -> DropPlace:
    """What lies at ``x`` in a row of ``count`` tiles that begins at 0, each ``width`` pixels wide."""
    row, within = divmod(max(x, 0), width)
    if row >= count:
        return DropPlace(count, onto=False)
    if within < _EDGE * width:
        return DropPlace(row, onto=False)
    if within > (1 - _EDGE) * width:
        return DropPlace(row + 1, onto=False)
    return DropPlace(row, onto=True)
