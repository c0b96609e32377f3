"""What a film can be written as, here and now: each format with each of its codecs, and why one is missing."""

from __future__ import annotations

from dataclasses import dataclass

from dinoexplorer.morph.export.formats import all_formats
from dinoexplorer.morph.export.settings import FileFormat
from dinoexplorer.morph.export.video import CODECS
from dinoexplorer.morph.film import HIGHEST_RATE

FOLDER = "folder"
"""The key of a folder of pictures."""
_ORDER = ("mp4", "webm", "gif", "webp", "apng")


@dataclass(frozen=True, slots=True)
class FilmChoice:
    """One way to write a film.

    Attributes
    ----------
    key, title : str
        "mp4-h264" and "MP4 (H.264)".
    suffix : str
        Of the file; empty where it is a folder.
    codec : str
        As `ExportSettings` names it; empty where there is no choice.
    highest_rate : int
    alpha, sound : bool
        Whether it can be transparent, and can carry sound.
    missing : str
        Why it cannot be written on this machine, in a sentence; empty where it can.
    """

    key: str
    title: str
    suffix: str
    codec: str = ""
    highest_rate: int = HIGHEST_RATE
    alpha: bool = False
    sound: bool = False
    missing: str = ""


def film_choices() -> tuple[FilmChoice, ...]:
    """Every way to write a film, the most usual first. Asks FFmpeg what it has, which takes a moment."""
    formats = {each.name: each for each in all_formats()}
    names = sorted(formats, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    found = [_choice(formats[name], codec) for name in names for codec in formats[name].codecs or ("",)]
    return (*found, FilmChoice(FOLDER, "Folder of PNG pictures", "", alpha=True))


def _choice(each: FileFormat, codec: str) -> FilmChoice:
    return FilmChoice(
        f"{each.name}-{codec}" if codec else each.name,
        f"{each.title} ({CODECS[codec].title})" if codec else each.title,
        each.suffix, codec, each.highest_rate, each.alpha, each.sound, each.missing(codec),
    )  # fmt: skip
