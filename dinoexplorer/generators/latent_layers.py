"""The layers of a code: which of its numbers reach which part of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class LatentLayer:
    """A run of numbers in a code that only one layer of the network looks at.

    Attributes
    ----------
    name : str
        For a person: "4 px", "8 px a".
    start, stop : int
        Its first number in a code, and the one after its last, counted from 0.
    side : int
        Of the maps that it shapes, in pixels.
    """

    name: str
    start: int
    stop: int
    side: int


def layers_of(sides: Sequence[int], width: int, *, first: str = "", last: str = "") -> tuple[LatentLayer, ...]:
    """Layers of ``width`` numbers each, one behind the other, named after the ``sides`` of their maps in pixels.

    Several of one side in a row get letters. ``first`` and ``last`` name layers that are no convolutions like the
    others.
    """
    names = [first] if first else []
    for side, alike in groupby(sides[bool(first) : len(sides) - bool(last)]):
        count = len(list(alike))
        names += [f"{side} px {_LETTERS[place % 26]}" if count > 1 else f"{side} px" for place in range(count)]
    names += [last] if last else []
    return tuple(
        LatentLayer(name, place * width, (place + 1) * width, side)
        for place, (name, side) in enumerate(zip(names, sides, strict=True))
    )
