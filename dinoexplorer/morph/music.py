"""The music of a film: the sound under it, its beats, and what of the film follows it. Values alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import PurePath

from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.keyframe import LONGEST
from dinoexplorer.morph.sound import BANDS

LARGEST_STRENGTH = 100.0
LONGEST_SMOOTHING = 10.0
"""Seconds."""
MOST_FOLLOWINGS = 50
BAND_NAMES = {"loudness": "all", "bass": "low", "middle": "middle", "treble": "high"}
"""What people call the bands of a sound."""


@dataclass(frozen=True, slots=True)
class Following:
    """A channel that the music moves.

    Attributes
    ----------
    channel : str
        "truncation", or the name of a direction of the timeline.
    band : str
        One of `BANDS`.
    strength : float
        What is added to the channel where the band is loudest; below 0 it is taken away.
    smoothing : float
        Seconds over which the loudness is evened out, 0 to 10.

    Raises
    ------
    MorphError
        If the band is not known or a number is out of bounds.
    """

    channel: str
    band: str = "all"
    strength: float = 1.0
    smoothing: float = 0.1

    def __post_init__(self) -> None:
        if self.band not in BANDS:
            raise MorphError(f"There is no band called {self.band!r}; use {', '.join(BANDS)}.")
        if not (math.isfinite(self.strength) and abs(self.strength) <= LARGEST_STRENGTH):
            raise MorphError(
                f"Nothing follows the music {self.strength:g} times; give {-LARGEST_STRENGTH:g} to "
                f"{LARGEST_STRENGTH:g}."
            )
        if not 0 <= self.smoothing <= LONGEST_SMOOTHING:
            raise MorphError(
                f"Music cannot be smoothed over {self.smoothing:g} seconds; give 0 to {LONGEST_SMOOTHING:g}."
            )


@dataclass(frozen=True, slots=True)
class Music:
    """What is under a film.

    Attributes
    ----------
    path : str
        Of the sound file; empty where there is a grid of beats alone.
    sha256 : str
        Of the file when it was chosen; empty where that is not known.
    start : float
        The second of the sound that is heard when the film begins.
    beats : Beats or None
        The grid that keyframes keep to, in seconds of the film; without one they keep to the onsets of the sound.
    followings : tuple of Following
        Those of one channel add up.

    Raises
    ------
    MorphError
        If a number is out of bounds.
    """

    path: str = ""
    sha256: str = ""
    start: float = 0.0
    beats: Beats | None = None
    followings: tuple[Following, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start <= LONGEST:
            raise MorphError(f"A film cannot begin at second {self.start:g} of its sound; give 0 to {LONGEST:g}.")
        if len(self.followings) > MOST_FOLLOWINGS:
            raise MorphError(f"{len(self.followings)} channels follow the music; {MOST_FOLLOWINGS} are the most.")

    @property
    def name(self) -> str:
        """The name of the sound file, without its folder."""
        return PurePath(self.path).name

    def beginning_at(self, start: float) -> Music:
        """With another second of the sound at the beginning; beats stay on the beats of the sound."""
        beats = None if self.beats is None else replace(self.beats, offset=self.beats.offset + self.start - start)
        return replace(self, start=start, beats=beats)
