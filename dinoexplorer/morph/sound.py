"""What is heard in a sound file: how loud it is, and where something begins.

Onsets are the peaks of the spectral flux, picked as in S. Dixon, "Onset detection revisited" (DAFx 2006).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.audio import open_sound
from dinoexplorer.morph.export.cancelling import Cancelled

RATE = 22_050
HOP, WINDOW = 441, 1024  # 50 windows a second
_LONGEST = 3600  # seconds
BANDS = {"all": (0.0, RATE / 2), "low": (20.0, 200.0), "middle": (200.0, 2000.0), "high": (2000.0, RATE / 2)}
"""Hertz of what a value may follow: all of the sound, its bass, its voices, its cymbals."""
_BEFORE, _AFTER = 8, 3  # windows that a peak is the largest of
_ABOVE = 0.08  # of the largest flux: how far a peak stands out of the mean around it
_AROUND = 12  # windows on each side for that mean
_AT_ONCE = 512  # windows
_DECODING = 0.4  # of the work, about


@dataclass(frozen=True, eq=False, slots=True)
class Heard:
    """A sound as windows of which `HOP` samples lie between one and the next.

    Attributes
    ----------
    energies : mapping of a name of `BANDS` to float32 (n,)
        Root of the mean energy in each window.
    flux : float32 (n,)
        By how much the parts of the spectrum grow, summed, on a logarithmic scale.
    """

    energies: dict[str, FloatArray]
    flux: FloatArray

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.flux) * HOP / RATE

    def loudness(self, times: NDArray[np.float64], band: str = "all") -> FloatArray:
        """How loud a band is at these times, 0 to 1, where 1 is its loudest window; 0 beyond its end."""
        if band not in BANDS:
            raise MorphError(f"There is no band called {band!r}; use {', '.join(BANDS)}.")
        energy = self.energies[band]
        loudest = float(energy.max(initial=0.0))
        if loudest <= 0:
            return np.zeros(len(times), np.float32)
        centres = np.arange(len(energy)) * HOP / RATE
        return np.asarray(np.interp(times, centres, energy / loudest, right=0.0), np.float32)

    def onsets(self) -> list[float]:
        """The times at which something begins, in seconds."""
        flux = self.flux / max(float(self.flux.max(initial=0.0)), 1e-9)
        around = sliding_window_view(np.pad(flux, _AROUND), 2 * _AROUND + 1)
        largest = around[:, _AROUND - _BEFORE : _AROUND + _AFTER + 1].max(axis=1)
        found = np.flatnonzero((flux >= largest) & (flux > around.mean(axis=1) + _ABOVE))
        return [float(number) * HOP / RATE for number in found]


def listen(
    path: Path, *, stopped: Callable[[], bool] = lambda: False, told: Callable[[float], None] = lambda _share: None
) -> Heard:
    """Decode a sound file and find out what is heard in it; a second or two for a song.

    ``told`` hears how much is done, 0 to 1.

    Raises
    ------
    MorphError
        If it cannot be read, has no sound, or is longer than an hour.
    Cancelled
        If ``stopped`` says so.
    """
    samples = _decoded(path, stopped, told)
    # Window i is centred on sample i * HOP. None reaches beyond the end, where the cut would sound like an onset.
    padded = np.pad(samples, (WINDOW // 2, 0))
    shape = np.hanning(WINDOW).astype(np.float32)
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    parts = {name: (hertz >= low) & (hertz <= high) for name, (low, high) in BANDS.items()}
    windows = sliding_window_view(padded, WINDOW)[::HOP] if len(padded) >= WINDOW else np.zeros((0, WINDOW), np.float32)
    energies = {name: np.zeros(len(windows), np.float32) for name in BANDS}
    flux, before = np.zeros(len(windows), np.float32), np.zeros((1, len(hertz)))
    for start in range(0, len(windows), _AT_ONCE):
        if stopped():
            raise Cancelled
        told(_DECODING + (1 - _DECODING) * start / len(windows))
        some = slice(start, start + _AT_ONCE)
        spectra = np.abs(np.fft.rfft(windows[some] * shape, axis=1)) / WINDOW
        for name, part in parts.items():
            energies[name][some] = np.sqrt(np.square(spectra[:, part]).sum(axis=1))
        logarithmic = np.log1p(1000 * spectra)
        flux[some] = np.maximum(np.diff(logarithmic, axis=0, prepend=before), 0).sum(axis=1)
        before = logarithmic[-1:]
    return Heard(energies, flux)


def _decoded(path: Path, stopped: Callable[[], bool], told: Callable[[float], None]) -> FloatArray:
    """All samples, mixed to one channel, at `RATE`."""
    import av  # noqa: PLC0415  40 ms, and only sounds need it

    pieces = [np.zeros(0, np.float32)]
    count = 0
    with open_sound(path) as source:
        resampler = av.AudioResampler("fltp", "mono", RATE)
        length = max((source.duration or 0) / av.time_base, 1.0)  # in seconds, where the file says it
        try:
            for frame in chain(source.decode(audio=0), (None,)):  # None lets out what the resampler holds
                if stopped():
                    raise Cancelled
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0].astype(np.float32))
                    count += len(pieces[-1])
                told(_DECODING * min(count / RATE / length, 1.0))
                if count > _LONGEST * RATE:
                    raise MorphError(f"{path.name} is longer than an hour; cut it to the part that the film needs.")
        except av.FFmpegError:
            raise MorphError(f"The sound file {path} is damaged; convert it to WAV and try again.") from None
    return np.concatenate(pieces)
