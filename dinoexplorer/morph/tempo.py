"""The beats of a sound, worked out from where something begins in it.

The rate is where the spectral flux, put beside itself some beats later, is most like itself, with a liking for rates
around 120 a minute (D. Ellis, "Beat tracking by dynamic programming", 2007); the flux of the whole sound then tells
it exactly, and where the first beat is. This takes music that keeps its rate.
"""

from __future__ import annotations

from itertools import accumulate, repeat

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.sound import HOP, RATE, Heard

_RATE = RATE / HOP  # windows a second
_SLOWEST, _QUICKEST, _LIKED = 50.0, 200.0, 120.0
_LIKING = 1.0  # octaves
_LEAST, _MOST = 4.0, 300.0  # seconds that are needed, and that are listened to
_NEAR = 0.04  # of the rate: how far the exact one may be from the first guess
_HARMONICS = 4
_STEADY = 0.1  # of the flux's own likeness: less is no beat
_CHANCE = 3.5  # deviations
_DRUM = 2.0  # how much more a rise of the bass counts
_WHOLE = 0.04  # beats a minute: so near to a whole number it is that


def beats_of(heard: Heard) -> Beats | None:
    """The beats of a sound, the first of them at or after its beginning; None where no steady one is heard."""
    flux = heard.flux.astype(np.float64)
    flux = flux[: round(_MOST * _RATE)]
    if heard.seconds < _LEAST or flux.max(initial=0.0) <= 0:
        return None
    flux = np.maximum(flux - np.convolve(flux, np.ones(51) / 51, mode="same"), 0)
    guess = _guessed(flux - flux.mean())
    if guess is None:
        return None
    rate = _exact(flux, guess)
    if abs(rate - round(rate)) < _WHOLE:
        rate = float(round(rate))
    return Beats(round(rate, 2), round(_first(_drummed(heard, flux), rate), 3))


def _guessed(flux: NDArray[np.float64]) -> float | None:
    """Beats a minute, about: the lag at which the flux is most like itself."""
    spectrum = np.fft.rfft(flux, 2 * len(flux))
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: len(flux)]
    likeness = np.convolve(likeness / max(likeness[0], 1e-12), [0.25, 0.5, 0.25], mode="same")
    rates = np.geomspace(_SLOWEST, _QUICKEST, 400)
    lags = 60 * _RATE / rates
    places = np.arange(len(likeness))
    alike = np.interp(lags, places, likeness) + 0.5 * np.interp(2 * lags, places, likeness)
    liked = np.exp(-0.5 * (np.log2(rates / _LIKED) / _LIKING) ** 2)
    best = int(np.argmax(alike * liked))
    chance = _CHANCE / np.sqrt(len(flux))  # how like itself noise of this length may be
    return float(rates[best]) if alike[best] > _STEADY + chance else None


def _exact(flux: NDArray[np.float64], guess: float) -> float:
    """The rate near ``guess`` whose beats, and halves and quarters of them, fall together best over the whole."""
    apart = 60 / (len(flux) / _RATE)  # what so long a sound can tell apart
    times = np.arange(len(flux)) / _RATE

    def strength(rate: float) -> float:
        turn = np.exp(-2j * np.pi * rate / 60 * times)
        turns = accumulate(repeat(turn, _HARMONICS), np.multiply)  # its whole multiples
        return float(sum(abs(each @ flux) for each in turns))

    best = max(np.arange(guess * (1 - _NEAR), guess * (1 + _NEAR), max(apart / 10, 0.02)).tolist(), key=strength)
    return float(max((best + apart / 100 * np.arange(-10, 11)).tolist(), key=strength))


def _drummed(heard: Heard, flux: NDArray[np.float64]) -> NDArray[np.float64]:
    """The flux with a liking for the bass: where others play between the beats, the drum tells which those are."""
    bass = np.maximum(np.diff(heard.energies["low"][: len(flux)].astype(np.float64), prepend=0), 0)
    return np.asarray(flux / max(flux.mean(), 1e-12) + _DRUM * bass / max(bass.mean(), 1e-12))


def _first(flux: NDArray[np.float64], rate: float) -> float:
    """Seconds to the first beat: where the flux of all beats, laid over one another, is largest."""
    period = 60 / rate
    times = np.arange(len(flux)) / _RATE
    cells = max(round(period * _RATE), 1)
    places = np.rint((times % period) / period * cells).astype(int) % cells
    laid = np.bincount(places, flux, cells)
    laid = np.convolve(np.concatenate([laid[-1:], laid, laid[:1]]), [0.25, 0.5, 0.25], mode="valid")
    return float(np.argmax(laid) / cells * period)
