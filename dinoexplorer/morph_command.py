"""The subcommand morph: a film through codes. No Qt here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from dinoexplorer.document.films import note_of_timelines
from dinoexplorer.generators import Generator
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.map_keeping import find_map
from dinoexplorer.morph.export.making import Material, Order, make_film
from dinoexplorer.morph.export.settings import ExportSettings
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.look import Card, Look
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.music_options import notes_on_music, sound_of, with_music
from dinoexplorer.progress_bars import progress_bar

_USUAL_RATE = 30


def write_film(
    options: argparse.Namespace, generator: Generator, codes: np.ndarray | None, timelines: Sequence[Timeline]
) -> int:
    """Write the film that was asked for: through ``codes``, along ``timelines``, or through codes of seeds."""
    info = generator.info
    out = Path(options.out)
    asked = [timeline.repeated(options.repeat or timeline.repeat) for timeline in timelines]
    asked = asked or [_through(options, info, each) for each in _codes(options, info, codes)]
    documents = options.timeline or [None] * len(asked)
    asked = [with_music(options, each, document, info) for each, document in zip(asked, documents, strict=True)]
    material = Material(
        out.name, generator, Surroundings(info, find_map(info).map), tuple(asked),
        partial(note_of_timelines, info, tuple(asked)),
    )  # fmt: skip
    sound, note = sound_of(options, asked)
    for sentence in filter(None, (note, *notes_on_music(asked))):
        print(sentence, file=sys.stderr)
    start = options.audio_start or 0.0
    settings = ExportSettings(options.quality, options.codec, options.dithering, sound, audio_start=start)
    folder = options.out.endswith(("/", "\\")) or out.is_dir()
    order = Order(out, folder, options.fps or _USUAL_RATE, _look(options), settings, options.sheet)
    with progress_bar("filming") as told:
        reel = make_film(material, order, lambda progress: told(progress.done, progress.total))
    print(f"{reel.frames} frames, {reel.seconds:.2f} s, {reel.width} x {reel.height} pixels, saved in {out}")
    return 0


def _codes(options: argparse.Namespace, info: GeneratorInfo, given: np.ndarray | None) -> list[FloatArray]:
    """The codes of each morph."""
    if given is None:
        found = [np.concatenate([info.latent.sample(1, seed) for seed in seeds]) for seeds in options.seeds]
    else:
        found = [info.latent.check(given)]
    return [each if options.label is None else info.labelled(each, options.label) for each in found]


def _through(options: argparse.Namespace, info: GeneratorInfo, codes: FloatArray) -> Timeline:
    segment = Segment(options.seconds, options.easing, options.path)
    return Timeline.through(info.latent.check(codes), segment, repeat=options.repeat or "once")


def _look(options: argparse.Namespace) -> Look:
    title, end = (None if text is None else Card(text) for text in (options.title, options.end))
    return Look(options.size, options.scaling, options.background, options.columns, title, end)
