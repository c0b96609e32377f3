"""How far the music moves the channels of a film at each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.music import Following, Music
from dinoexplorer.morph.sound import HOP, RATE, Heard

Followed = Callable[[float], Mapping[str, float]]
"""From a second of the film to what is added to each channel."""


def followed_by(music: Music | None, heard: Heard | None) -> Followed:
    """What follows ``music``; nothing does where it has not been heard. All that takes time is done here."""
    if music is None or heard is None or not music.followings:
        return lambda _seconds: {}
    times = np.arange(len(heard.flux)) * HOP / RATE
    moved: dict[str, NDArray[np.float64]] = {}
    for following in music.followings:
        more = following.strength * level(heard, following).astype(np.float64)
        moved[following.channel] = moved.get(following.channel, np.zeros(len(times))) + more
    start = music.start

    def followed(seconds: float) -> Mapping[str, float]:
        if not 0 <= seconds + start <= times[-1]:
            return {}
        return {channel: float(np.interp(seconds + start, times, more)) for channel, more in moved.items()}

    return followed if len(times) else lambda _seconds: {}


def level(heard: Heard, following: Following) -> FloatArray:
    """How loud the band is in each window of the sound, 0 to 1, evened out: 1 where it is then loudest.

    It is evened out to both sides, so that it comes neither late nor early.
    """
    times = np.arange(len(heard.flux)) * HOP / RATE
    loudness = heard.loudness(times, following.band)
    reach = min(round(following.smoothing * RATE / HOP), len(loudness))
    if reach > 0:
        bell = np.hanning(2 * reach + 1)
        loudness = np.convolve(np.pad(loudness, reach), bell / bell.sum(), mode="valid").astype(np.float32)
    loudest = float(loudness.max(initial=0.0))
    return loudness / np.float32(loudest) if loudest > 0 else loudness
