"""Writes a film: against decoding alone, encoding alone, and the plain loop "decode one, convert, append"."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.generator import ByteArray, Generator
from dinoexplorer.morph.export.exporting import export
from dinoexplorer.morph.export.formats import format_of
from dinoexplorer.morph.export.pipeline import core_count
from dinoexplorer.morph.export.settings import ExportSettings, Plan
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.look import Look, scaled
from dinoexplorer.morph.reel import Reel
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from tests.benchmarks import Bar, Report
from tests.benchmarks._checkpoints import chosen_checkpoint

FPS = 30
KEYS = 4


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, help="default: the shipped one, else a fake of its kind")
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--format", default=".mp4", help="ending of the film")


def measure(options: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = chosen_checkpoint(options.checkpoint, Path(folder))
        generator = open_generator(path, options.device)
        film = _film(generator, options.frames)
        reel = Reel(generator, [film], Look(options.size))
        generator.decode(generator.info.latent.sample(64, 0))  # the first calls are slower
        out = Path(folder) / f"film{options.format}"
        decoding = _timed(lambda: [None for _ in reel.unfinished()])
        some = Reel(generator, [_film(generator, min(options.frames, 60))], Look(options.size))
        encoding = _encode_alone([unfinished() for unfinished in some.unfinished()], reel, out)
        before = _memory()
        whole = _timed(lambda: export(reel, out))
        grown = _memory() - before
        plain = _timed(lambda: _plain_loop(generator, film, reel, out))
        size = out.stat().st_size
    report = Report("export")
    report.figures = {
        "checkpoint": path.name,
        "film": f"{reel.frames} frames of {reel.width} x {reel.height}, {options.format}, {size / 2**20:.2f} MB",
        "cores": core_count(),
        "decode alone, s": decoding,
        "encode alone, s": encoding,
        "export, s": whole,
        "export, frames a second": reel.frames / whole,
        "plain loop, s": plain,
        "memory grown by, MB": grown,
    }
    report.bars = [
        Bar("export / longer of decode alone and encode alone", whole / max(decoding, encoding), 1.15),
        Bar("plain loop / export", plain / whole, 1.5, at_most=False),
    ]
    return report


def _film(generator: Generator, frames: int) -> Film:
    codes = generator.info.latent.sample(KEYS, 1)
    timeline = Timeline.through(codes, Segment(frames / FPS / KEYS), repeat="loop")
    return Film(timeline, FPS, Surroundings(generator.info))


def _encode_alone(frames: list[ByteArray], reel: Reel, path: Path) -> float:
    """Seconds for as many frames as the reel has, given some that are ready; each is converted and written in turn."""
    return _timed(lambda: _write((frames[number % len(frames)] for number in range(reel.frames)), reel, path))


def _plain_loop(generator: Generator, film: Film, reel: Reel, path: Path) -> None:
    """What a script does: one frame after the other, each decoded, scaled, converted and appended."""
    codes = (film.code(number) for number in range(film.frames))
    _write((scaled(generator.decode(code)[0], reel.width, "lanczos") for code in codes), reel, path)


def _write(pictures: Iterable[ByteArray], reel: Reel, path: Path) -> None:
    kind = format_of(path)
    settings = ExportSettings()
    plan = Plan(reel.width, reel.height, 3, FPS, reel.frames, settings, core_count(), reel.sample)
    with path.open("wb") as file:
        writer = kind.open(file, plan)
        for picture in pictures:
            writer.write(writer.prepare(picture))
        writer.finish()
        writer.release()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _memory() -> float:
    """The largest memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
