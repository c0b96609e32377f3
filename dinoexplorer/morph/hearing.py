"""Sound files that have been listened to, kept while the program runs: each is listened to once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dinoexplorer.morph.beats import Beats
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.music import Music
from dinoexplorer.morph.sound import Heard, listen
from dinoexplorer.morph.tempo import beats_of

_MOST = 4  # songs that are kept; each is a few megabytes at most
_BLOCK = 2**20
_kept: dict[tuple[str, int, int], Song] = {}
_lock = threading.Lock()


@dataclass(frozen=True, eq=False, slots=True)
class Song:
    """A sound file and all that is known of it.

    Attributes
    ----------
    path : Path
        Absolute.
    sha256 : str
    heard : Heard
    onsets : tuple of float
        Seconds of the sound.
    beats : Beats or None
        In seconds of the sound; None where no steady beat is heard.
    """

    path: Path
    sha256: str
    heard: Heard
    onsets: tuple[float, ...]
    beats: Beats | None


def hear(
    path: Path, *, stopped: Callable[[], bool] = lambda: False, told: Callable[[float], None] = lambda _share: None
) -> Song:
    """Listen to a sound file, or remember what was heard in it; from any thread.

    Raises
    ------
    Cancelled, MorphError
        As `listen` does.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
    mark = _mark_of(path)
    with _lock:
        song = None if mark is None else _kept.get(mark)
    if song is not None:
        return song
    heard = listen(path, stopped=stopped, told=told)
    song = Song(path, _sha256(path, stopped), heard, tuple(heard.onsets()), beats_of(heard))
    if mark is not None:
        with _lock:
            _kept[mark] = song
            while len(_kept) > _MOST:
                del _kept[next(iter(_kept))]
    return song


def hear_for(music: Music | None, *, stopped: Callable[[], bool] = lambda: False) -> tuple[Heard | None, str]:
    """What is heard in the music of a timeline, and a sentence where it is not what it was.

    A film whose sound is gone is still a film: what follows the music rests then.

    Raises
    ------
    Cancelled
        If ``stopped`` says so.
    """
    if music is None or not music.path or not music.followings:
        return None, ""
    try:
        song = hear(Path(music.path), stopped=stopped)
    except MorphError as error:
        return None, f"{error} What follows the music rests."
    return song.heard, changed(music, song)


def changed(music: Music, song: Song) -> str:
    """What is to be said where the file is not the one that the timeline was made with; empty where it is."""
    if not music.sha256 or music.sha256 == song.sha256:
        return ""
    return f"{music.name} has changed since this timeline was made: the film may differ."


def _mark_of(path: Path) -> tuple[str, int, int] | None:
    """What tells this file, as it is now, from all others."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # which `listen` says better
        return None
    return str(path), found.st_size, found.st_mtime_ns


def _sha256(path: Path, stopped: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if stopped():
                    raise Cancelled
                digest.update(block)
    except OSError as error:
        raise MorphError(f"{path} could not be read: {error.strerror or error}; check it.") from None
    return digest.hexdigest()
