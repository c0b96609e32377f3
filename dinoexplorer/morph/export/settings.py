"""What a film is written with, and what a format offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.errors import MorphError

Quality = Literal["small", "good", "master"]
QUALITIES: tuple[Quality, ...] = ("small", "good", "master")
Dithering = Literal["none", "ordered"]
LARGEST_NOTE = 16 * 2**20
"""Bytes of the text that a film carries."""


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How a film is written.

    Attributes
    ----------
    quality : "small", "good" or "master"
        To send, to look at, to cut again.
    codec : str
        Of a film: "h264", "h265", "vp9", "av1"; empty for the usual one of its format.
    dithering : "none" or "ordered"
        Of a GIF. The pattern of the ordered one stands still, so that it does not flicker.
    audio : Path or None
        A sound file that is put under the film, cut off at its end.
    audio_start : float
        The second of the sound at which the film begins; below 0 so many seconds are silent first.
    note : str
        Carried in the file: the document as JSON, which `read_note` reads again.
    """

    quality: Quality = "good"
    codec: str = ""
    dithering: Dithering = "ordered"
    audio: Path | None = None
    note: str = ""
    audio_start: float = 0.0

    def __post_init__(self) -> None:
        if self.quality not in QUALITIES:
            raise MorphError(f"There is no quality called {self.quality!r}; use {', '.join(QUALITIES)}.")
        if self.dithering not in {"none", "ordered"}:
            raise MorphError(f"There is no dithering called {self.dithering!r}; use none or ordered.")
        if len(self.note.encode()) > LARGEST_NOTE:
            raise MorphError(f"A film carries at most {LARGEST_NOTE // 2**20} MB of text; leave something out.")


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """What a writer is told before the first frame.

    Attributes
    ----------
    width, height, channels, fps, frames : int
    settings : ExportSettings
    threads : int
        How many cores a writer may take for itself.
    sample : callable
        Some frames of the film, given how many.
    """

    width: int
    height: int
    channels: int
    fps: int
    frames: int
    settings: ExportSettings
    threads: int
    sample: Callable[[int], list[ByteArray]]


class Writer(Protocol):
    """Turns frames into a file. `prepare` is called from several threads at once, the others from one, in order."""

    def prepare(self, picture: ByteArray) -> Any:
        """All that can be done to a frame without knowing the others."""
        ...

    def write(self, prepared: Any) -> None:
        """Append a prepared frame."""
        ...

    def finish(self) -> None:
        """Write what comes after the last frame."""
        ...

    def release(self) -> None:
        """Let go of everything; called once at the end, whether or not it was finished."""
        ...


class FileFormat(Protocol):
    """A format of films; the modules of ``formats/`` have a ``FORMAT`` of this kind.

    Attributes
    ----------
    name, title : str
    suffix : str
        Of its files; empty where it is a folder.
    highest_rate : int
    largest_side : int
    alpha, sound : bool
        Whether it can be transparent, and can carry sound.
    codecs : tuple of str
        The usual one first; empty where there is no choice.
    """

    name: str
    title: str
    suffix: str
    highest_rate: int
    largest_side: int
    alpha: bool
    sound: bool
    codecs: tuple[str, ...]

    def check(self, plan: Plan) -> None:
        """Refuse with a `MorphError` what this format cannot hold, or what is missing on this machine."""
        ...

    def missing(self, codec: str) -> str:
        """Why this machine cannot write this format with a codec, in a sentence; empty where it can."""
        ...

    def open(self, file: BinaryIO, plan: Plan) -> Writer: ...
