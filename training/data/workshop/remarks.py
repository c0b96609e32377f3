"""What is unusual about a picture: codes for the manifest, and the sentence that each becomes as a reason."""

from __future__ import annotations

from typing import Protocol

from training.data.pixels.colours import Rectangle
from training.data.workshop.preparation import Preparation

SMALL = "small"
EXTREME = "extreme-aspect"
UNIFORM = "uniform"
ENLARGED = "enlarged"
UNMARKED = "unmarked"


class Measured(Protocol):
    """A picture whose original was measured: `Made`, or a record of the manifest."""

    @property
    def width(self) -> int:
        """Of the original, upright."""

    @property
    def height(self) -> int:
        """Of the original, upright."""

    @property
    def crop(self) -> Rectangle:
        """What was taken of it."""


def reason_of(code: str, made: Measured, preparation: Preparation) -> str:
    """What is wrong with a picture that carries a warning, as one sentence with its figures; "" for other codes."""
    left, top, right, bottom = made.crop
    part = f"{right - left:.0f} x {bottom - top:.0f} pixels"
    if code == SMALL:
        what = _what(made, part, is_whole=min(made.width, made.height) < preparation.smallest)
        return f"{what}, less than the {preparation.smallest} that a side must have; lower that to take it"
    if code == EXTREME:
        longer, shorter = max(made.width, made.height), min(made.width, made.height)
        what = _what(made, part, is_whole=longer > preparation.widest * shorter)
        return f"{what}, one side more than {preparation.widest:g} times the other; raise that limit to take it"
    return {
        UNIFORM: "it is nearly one colour, so there is nothing in it to learn; take it by hand if that is meant",
        ENLARGED: f"the {part} taken of it had to be enlarged, so it is softer than others; prepare at a smaller size"
        " to avoid that",
        UNMARKED: "nothing is marked in it, so its centre is taken; mark it, or leave it out",
    }.get(code, "")


def _what(made: Measured, part: str, *, is_whole: bool) -> str:
    return f"it is only {made.width} x {made.height} pixels" if is_whole else f"the part taken of it is only {part}"
