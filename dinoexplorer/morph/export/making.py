"""From a timeline and what was chosen to the finished file: the one way that the window and the command go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from dinoexplorer.generators.generator import FloatArray, Generator
from dinoexplorer.morph.export.cancelling import Cancellation
from dinoexplorer.morph.export.exporting import check_contact_sheet, export, save_contact_sheet
from dinoexplorer.morph.export.pipeline import Told
from dinoexplorer.morph.export.settings import ExportSettings
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.hearing import hear_for
from dinoexplorer.morph.look import Look
from dinoexplorer.morph.reel import Pause, Reel
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline


def no_note() -> str:
    """Of a film that carries nothing."""
    return ""


@dataclass(frozen=True, eq=False)
class Material:
    """What a film is made of.

    Attributes
    ----------
    name : str
        What a person calls it.
    generator : Generator
    surroundings : Surroundings
    timelines : tuple of Timeline
        One, or several to be shown side by side.
    note : callable
        The text that the film carries; asked for in the thread that writes the film.
    """

    name: str
    generator: Generator
    surroundings: Surroundings
    timelines: tuple[Timeline, ...]
    note: Callable[[], str] = no_note


@dataclass(frozen=True)
class Order:
    """What a film is to be.

    Attributes
    ----------
    path : Path
    folder : bool
        Whether a folder of PNG files is wanted even where ``path`` has an ending.
    fps : int
    look : Look
    settings : ExportSettings
        The note of these is that of the material.
    sheet : Path or None
        Where a contact sheet goes.
    """

    path: Path
    folder: bool = False
    fps: int = 30
    look: Look = field(default_factory=Look)
    settings: ExportSettings = field(default_factory=ExportSettings)
    sheet: Path | None = None


def reel_of(material: Material, order: Order, *, stopped: Callable[[], bool] = lambda: False) -> Reel:
    """The pictures of the film; what follows the music has listened to it.

    Raises
    ------
    Cancelled
        If ``stopped`` says so.
    MorphError
        Where a timeline or the look does not work.
    """
    films = [
        Film(timeline, order.fps, material.surroundings, hear_for(timeline.music, stopped=stopped)[0])
        for timeline in material.timelines
    ]
    return Reel(material.generator, films, order.look)


def make_film(
    material: Material,
    order: Order,
    progress: Told | None = None,
    *,
    cancellation: Cancellation | None = None,
    pause: Pause | None = None,
    threads: int | None = None,
) -> Reel:
    """Write the film, and its contact sheet if one is wanted, and return the pictures it was made of.

    Raises
    ------
    Cancelled, MorphError
        As `export` does.
    """
    stop = Cancellation() if cancellation is None else cancellation
    reel = reel_of(material, order, stopped=lambda: stop.requested)
    if order.sheet is not None:
        check_contact_sheet(reel)
    settings = replace(order.settings, note=material.note(), audio_start=_sound_start(material, order))
    export(
        reel, order.path, settings, progress,
        folder=order.folder, cancellation=stop, pause=pause, threads=threads,
    )  # fmt: skip
    if order.sheet is not None:
        save_contact_sheet(reel, order.sheet)
    return reel


def _sound_start(material: Material, order: Order) -> float:
    """The second of the sound at which the film begins: the music of the timeline begins with its first keyframe."""
    audio, title = order.settings.audio, order.look.title
    for timeline in material.timelines:
        if timeline.music is not None and audio is not None and Path(timeline.music.path) == audio:
            return timeline.music.start - (0.0 if title is None else title.seconds)
    return order.settings.audio_start


def begun_at(timeline: Timeline, code: FloatArray) -> Timeline:
    """The same motion from another place: every keyframe moved by what leads from the first one to ``code``."""
    way = code - timeline.keyframes[0].code
    return replace(timeline, keyframes=tuple(replace(key, code=key.code + way) for key in timeline.keyframes))
