"""Keyframes: codes in time, and how one goes on to the next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph import easings
from dinoexplorer.morph.errors import MorphError

LONGEST = 3600.0
"""Seconds: the longest segment, and the longest hold."""
SHORTEST = 1e-3
"""Seconds: the shortest segment."""
TRUNCATION = "truncation"
"""The channel that draws a code towards the mean of the data: 1 leaves it, 0 is the mean."""
_LARGEST_CHANNEL = 1e6


@dataclass(frozen=True, slots=True)
class Segment:
    """The way from one keyframe to the next.

    Attributes
    ----------
    seconds : float
        How long it takes.
    easing : str
        How time is bent on it, as `find_easing` reads it: "sine", "bezier(0.25, 0.1, 0.25, 1)".
    path : str
        Where it leads through, as `find_path` reads it: "straight", "circle(0.5)".

    Raises
    ------
    MorphError
        If the time is out of bounds. The names are looked up by the film.
    """

    seconds: float = 2.0
    easing: str = easings.DEFAULT
    path: str = "straight"

    def __post_init__(self) -> None:
        if not SHORTEST <= self.seconds <= LONGEST:
            raise MorphError(
                f"A segment of {self.seconds:g} seconds does not work; it takes {SHORTEST:g} to {LONGEST:g} seconds."
            )


@dataclass(frozen=True, eq=False, slots=True)
class Keyframe:
    """A code that the film passes through.

    Attributes
    ----------
    code : float32 (dim,)
        Read-only.
    name : str
    hold : float
        Seconds that the film stays here before it goes on.
    segment : Segment
        The way that leaves here. That of the last keyframe leads back to the first, where the timeline loops.
    channels : mapping of str to float
        Values that are interpolated along with the code and applied to it: "truncation", or the name of a direction of
        the timeline. A channel that is not named rests: 1 for the truncation, 0 for a direction.

    Raises
    ------
    MorphError
        If the code is no list of finite numbers, or a number is out of bounds.
    """

    code: FloatArray
    name: str = ""
    hold: float = 0.0
    segment: Segment = field(default_factory=Segment)
    channels: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", frozen_vector(self.code, "keyframe"))
        if not 0 <= self.hold <= LONGEST:
            raise MorphError(f"A keyframe cannot be held for {self.hold:g} seconds; hold it for 0 to {LONGEST:g}.")
        for name, value in self.channels.items():
            if not (math.isfinite(value) and abs(value) <= _LARGEST_CHANNEL):
                raise MorphError(f"The channel {name!r} of a keyframe is {value:g}; give a number of ordinary size.")
        object.__setattr__(self, "channels", MappingProxyType(dict(sorted(self.channels.items()))))

    def channel(self, name: str) -> float:
        """The value of a channel here."""
        return self.channels.get(name, 1.0 if name == TRUNCATION else 0.0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyframe) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[object, ...]:
        return self.code.tobytes(), self.name, self.hold, self.segment, tuple(self.channels.items())


@dataclass(frozen=True, eq=False, slots=True)
class Direction:
    """What a channel adds to the code: its value times ``vector``, float32 ``(dim,)``, read-only."""

    name: str
    vector: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "vector", frozen_vector(self.vector, "direction"))
        if not self.name or self.name == TRUNCATION:
            raise MorphError(f"A direction cannot be called {self.name!r}; give it another name.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Direction) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[object, ...]:
        return self.name, self.vector.tobytes()


def frozen_vector(values: ArrayLike, what: str) -> FloatArray:
    """A read-only float32 copy ``(dim,)``; raises `MorphError` where ``values`` are no list of finite numbers."""
    try:
        with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, and is refused below
            vector = np.array(values, np.float32)
    except (TypeError, ValueError, OverflowError):
        vector = np.zeros(0, np.float32)
    if vector.ndim != 1 or len(vector) == 0 or not np.isfinite(vector).all():
        raise MorphError(f"The code of this {what} is no list of finite numbers; give one value per dimension.")
    vector.flags.writeable = False
    return vector
