"""A sound file under a film, read and encoded along with the pictures."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from dinoexplorer.morph.errors import MorphError

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream
    from av.container import InputContainer, OutputContainer

_RATE = 48_000
_BITS = 160_000  # a second


class Sound:
    """The first audio stream of a file, put into a film and cut off at its end.

    Parameters
    ----------
    path : Path
    film : OutputContainer
    codec : str
        "aac" or "libopus".
    seconds : float
        How long the film is.
    start : float
        The second of the sound that is heard first; below 0 it comes so much later.
    """

    def __init__(self, path: Path, film: OutputContainer, codec: str, seconds: float, start: float = 0.0) -> None:
        import av  # noqa: PLC0415  loaded by the film already

        self._path = path
        self._film = film
        self._source = open_sound(path)
        self._stream = cast("AudioStream", film.add_stream(codec, rate=_RATE))
        self._stream.codec_context.bit_rate = _BITS
        self._stream.codec_context.layout = "stereo"
        sample_format = "fltp" if codec == "aac" else "flt"
        self._stream.codec_context.format = sample_format
        self._resampler = av.AudioResampler(sample_format, "stereo", _RATE)
        self._fifo = av.AudioFifo()
        self._frames = self._decoded()
        self._wanted = round(seconds * _RATE)
        self._written = 0
        self._skipped = max(round(start * _RATE), 0)
        silent = min(max(round(-start * _RATE), 0), self._wanted)
        if silent:
            self._fifo.write(_silence(silent, sample_format))

    @staticmethod
    def check(path: Path) -> None:
        """Raise `MorphError` where a file cannot be read or has no sound."""
        open_sound(path).close()

    def write_until(self, seconds: float) -> None:
        """Encode the sound up to a time."""
        size = self._stream.codec_context.frame_size or 1024
        target = min(round(seconds * _RATE), self._wanted)
        while self._written < target:
            frame = self._next(min(size, self._wanted - self._written))
            if frame is None:
                return
            frame.pts = self._written
            self._written += frame.samples
            self._film.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Encode what is left."""
        self._film.mux(self._stream.encode(None))

    def release(self) -> None:
        """Close the sound file."""
        self._frames.close()
        self._source.close()

    def _next(self, samples: int) -> AudioFrame | None:
        """The next samples, fewer at the end of the sound, none after it."""
        while self._skipped:
            frame = next(self._frames, None)
            if frame is None:
                return None
            self._fifo.write(frame)
            if skipped := self._fifo.read(min(self._skipped, self._fifo.samples)):
                self._skipped -= skipped.samples
        while self._fifo.samples < samples:
            frame = next(self._frames, None)
            if frame is None:
                return self._fifo.read(samples, partial=True)
            self._fifo.write(frame)
        return self._fifo.read(samples)

    def _decoded(self) -> Generator[AudioFrame, None, None]:
        import av  # noqa: PLC0415

        try:
            for frame in self._source.decode(audio=0):
                for resampled in self._resampler.resample(frame):
                    resampled.pts = None  # a sound with gaps would refuse to queue up
                    yield resampled
            yield from self._resampler.resample(None)
        except av.FFmpegError:
            raise MorphError(f"The sound file {self._path} is damaged; convert it to WAV and try again.") from None


def _silence(samples: int, sample_format: str) -> AudioFrame:
    import av  # noqa: PLC0415

    shape = (2, samples) if sample_format == "fltp" else (1, 2 * samples)
    frame = av.AudioFrame.from_ndarray(np.zeros(shape, np.float32), format=sample_format, layout="stereo")
    frame.sample_rate = _RATE
    return frame


def open_sound(path: Path) -> InputContainer:
    """Open a file that has sound in it; raises `MorphError` where there is none."""
    import av  # noqa: PLC0415

    try:
        source = av.open(str(path))
    except FileNotFoundError:
        raise MorphError(f"There is no sound file {path}; check the name.") from None
    except (av.FFmpegError, OSError, ValueError):
        raise MorphError(f"{path} is no sound file that FFmpeg can read; take a WAV, MP3, FLAC or M4A file.") from None
    if not source.streams.audio:
        with suppress(OSError):
            source.close()
        raise MorphError(f"There is no sound in {path}; choose another file.")
    return source
