"""Making a dataset of a folder of pictures, against the bare loop that anyone would write with Pillow.

Both take turns with the same pictures, and processor time counts, so a busy machine disturbs little. The bare loop
opens, lays on white what is transparent, cuts and resizes (LANCZOS) and saves as PNG; it hashes and checks nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tests.benchmarks import Bar, Report
from training.data.pixels.decoding import PictureError
from training.data.pixels.near import NearIndex
from training.data.pixels.perceptual import WORDS
from training.data.workshop.making import encode, make_pictures
from training.data.workshop.preparation import Preparation

_AT_ONCE = 50
_SHARE = 0.9
_HASHES = 100_000
_NEAR_SECONDS = 30.0

Way = Callable[[Sequence[Path], Path, int], object]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="of pictures that Pillow opens without help, such as dino15")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--count", type=int, default=1000, help="the most pictures")
    parser.add_argument("--prepare", action="store_true", help="the whole of `dinotrain prepare` too, from the folder")


def measure(options: argparse.Namespace) -> Report:
    paths = _readable(options.folder, options.count)
    ways: dict[str, Way] = {"bare Pillow loop": _bare, "make and encode": _made, "the same, linear light": _linear}
    seconds = dict.fromkeys(ways, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(paths), _AT_ONCE):
            for name, way in ways.items():
                began = time.process_time()
                way(paths[start : start + _AT_ONCE], Path(folder), options.size)
                seconds[name] += time.process_time() - began
        if options.prepare:
            began = time.process_time()
            count = _prepared(options.folder, Path(folder, "dataset"), options.size)
            seconds["prepare"] = (time.process_time() - began) * len(paths) / count
    rates = {name: len(paths) / spent for name, spent in seconds.items()}
    report = Report("dataset", {"pictures": len(paths), "size": options.size, "cores": os.cpu_count()})
    report.figures |= {f"{name}, pictures a second of one core": rate for name, rate in rates.items()}
    for name in ("make and encode", "prepare"):
        if name in rates:
            share = rates[name] / rates["bare Pillow loop"]
            report.bars.append(Bar(f"{name} / bare Pillow loop", share, _SHARE, at_most=False))
    hashes = np.random.default_rng(0).integers(0, 2**64, (_HASHES, WORDS), dtype=np.uint64)
    began = time.process_time()
    NearIndex(Preparation((), Path()).near).add(hashes)
    report.bars.append(Bar(f"near duplicates among {_HASHES} hashes", time.process_time() - began, _NEAR_SECONDS, "s"))
    return report


def _readable(folder: Path, count: int) -> list[Path]:
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            with Image.open(path) as picture:
                picture.verify()
            found.append(path)
        except (OSError, SyntaxError, ValueError, Warning):
            continue
    if not found:
        sys.exit(f"There are no pictures in {folder}.")
    return [found[i * len(found) // count] for i in range(count)] if len(found) > count else found


def _bare(paths: Sequence[Path], out: Path, size: int) -> None:
    for path in paths:
        with Image.open(path) as picture:
            if picture.has_transparency_data:
                layer = picture.convert("RGBA")
                whole = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
            else:
                whole = picture.convert("RGB")
            square = ImageOps.fit(whole, (size, size), Image.Resampling.LANCZOS)
        square.save(out / f"{path.stem}-bare.png")


def _made(paths: Sequence[Path], out: Path, size: int, *, linear: bool = False) -> None:
    preparation = Preparation((), out, size=size, gamma_correct=linear)
    for path in paths:
        try:
            for made in make_pictures(path.read_bytes(), preparation, name=path.name):
                (out / f"{path.stem}-made.png").write_bytes(encode(made.pixels, 0))
        except PictureError as error:
            sys.exit(str(error))


def _linear(paths: Sequence[Path], out: Path, size: int) -> None:
    _made(paths, out, size, linear=True)


def _prepared(folder: Path, out: Path, size: int) -> int:
    from training.data.workshop.preparing_sets import prepare

    return prepare(Preparation((str(folder),), out, size=size), lambda _what, _done, _total: None).looked_at
