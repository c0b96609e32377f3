"""The options of ``dinoexplorer morph`` that are about music: beats, the sound, and what follows it. No Qt here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dinoexplorer.document.opening import is_document, open_document
from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.morph.beats import Beats, on_the_beat, on_times
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.formats import format_of
from dinoexplorer.morph.hearing import Song, hear, hear_for
from dinoexplorer.morph.keyframe import TRUNCATION, Direction
from dinoexplorer.morph.music import BAND_NAMES, Following, Music
from dinoexplorer.morph.music_edits import following, heard_from
from dinoexplorer.morph.timeline import Timeline


def with_music(options: argparse.Namespace, timeline: Timeline, document: Path | None, info: GeneratorInfo) -> Timeline:
    """The timeline with the sound, the beats and the followings that were asked for; what it had of others stays.

    Raises
    ------
    MorphError
        If the sound cannot be listened to, or nothing is called as something that is to follow it.
    """
    music = timeline.music or Music()
    if options.audio is not None and _listens(options):
        timeline = heard_from(timeline, hear(options.audio))
    elif options.beats == "onsets" and not music.path:
        raise MorphError("--beats onsets needs a sound to listen to; name it with --audio.")
    elif options.follow and not music.path:
        raise MorphError("--follow needs a sound to listen to; name it with --audio.")
    if options.audio_start is not None and timeline.music is not None:
        timeline = replace(timeline, music=timeline.music.beginning_at(options.audio_start))
    timeline = _in_time(options, timeline)
    if options.follow:
        known = _directions(options, timeline, document, info)
        for wish in options.follow:
            timeline = following(timeline, wish, _called(wish.channel, known))
    return timeline


def sound_of(options: argparse.Namespace, timelines: Sequence[Timeline]) -> tuple[Path | None, str]:
    """The sound under the film, and what is to be said of it.

    It is the one that was asked for, or that of a timeline where the film can carry one: a sound that is followed may
    belong to a film that is silent.
    """
    if options.audio is not None and not _listens(options):
        return Path(options.audio).absolute(), ""
    out = Path(options.out)
    music = next((each.music for each in timelines if each.music is not None and each.music.path), None)
    is_file = out.suffix and not options.out.endswith(("/", "\\")) and not out.is_dir()
    if music is None or not is_file or not format_of(out).sound:
        return None, ""
    if not Path(music.path).is_file():
        return None, f"{music.path} is not there; the film has no sound."
    return Path(music.path), ""


def notes_on_music(timelines: Sequence[Timeline]) -> list[str]:
    """What is to be said where what follows a sound cannot, or the sound is not the one that it was."""
    return [note for note in dict.fromkeys(hear_for(each.music)[1] for each in timelines) if note]


def _listens(options: argparse.Namespace) -> bool:
    """Whether something has to be heard in the sound."""
    return bool(options.follow) or options.beats == "onsets"


def _in_time(options: argparse.Namespace, timeline: Timeline) -> Timeline:
    """The timeline with its keyframes on the beats that were asked for, if any were."""
    if options.beats is None:
        return timeline
    if options.beats != "onsets":
        beats = Beats(*options.beats)
        placed = on_the_beat(timeline, beats)
        return placed if placed.music is None else replace(placed, music=replace(placed.music, beats=beats))
    music = timeline.music or Music()
    song: Song = hear(Path(music.path))
    return on_times(timeline, [onset - music.start for onset in song.onsets])


def _directions(
    options: argparse.Namespace, timeline: Timeline, document: Path | None, info: GeneratorInfo
) -> dict[str, Direction]:
    """What may follow, by name: of a file of directions, of the document, of the timeline itself."""
    known: dict[str, Direction] = {}
    if options.directions is not None:
        from dinoexplorer.document.direction_records import kept as as_kept  # noqa: PLC0415  only here
        from dinoexplorer.latent.direction_files import read_directions  # noqa: PLC0415

        for found in read_directions(options.directions, info):
            acting = as_kept(found, info).within(info.latent)
            known[found.name] = Direction(found.name, acting.unit * acting.vector)
    if document is not None and is_document(document):
        for kept in open_document(document).standing(info.latent).directions:
            known[kept.name] = Direction(kept.name, kept.unit * kept.within(info.latent).vector)
    return known | {direction.name: direction for direction in timeline.directions}


def _called(name: str, known: dict[str, Direction]) -> Direction | None:
    if name == TRUNCATION:
        return None
    if name not in known:
        there = ", ".join([TRUNCATION, *sorted(known)])
        raise MorphError(f"--follow: there is no direction called {name!r}; there is {there}. --directions adds more.")
    return known[name]


def read_following(text: str) -> Following:
    """What ``DIRECTION=BAND[:STRENGTH[:SECONDS]]`` says; for argparse."""
    name, _, rest = text.rpartition("=")
    band, *numbers = rest.split(":")
    fits = bool(name) and band in BAND_NAMES and len(numbers) <= 2
    try:
        wish = Following(name, BAND_NAMES[band], *map(float, numbers)) if fits else None
    except MorphError as error:
        raise argparse.ArgumentTypeError(str(error).removesuffix(".")) from None
    except ValueError:
        wish = None
    if wish is None:
        raise argparse.ArgumentTypeError(
            f"{text} is not DIRECTION=BAND or DIRECTION=BAND:STRENGTH:SECONDS; the bands are {', '.join(BAND_NAMES)}"
        )
    return wish
