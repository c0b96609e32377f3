"""``dinoexplorer anomaly``: pictures sorted by how strange they are to a model. No Qt here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dinoexplorer.generators import Generator, GeneratorError
from dinoexplorer.generators.generator import ByteArray, GeneratorInfo
from dinoexplorer.latent.anomaly.held_out import held_out_pictures
from dinoexplorer.latent.map_data import fit_of
from dinoexplorer.picture_arguments import picture_files
from dinoexplorer.picture_files import save_png, save_text
from dinoexplorer.progress_bars import progress_bar

_AT_ONCE = 64
_TOLD = 10  # strangest pictures that are named on the terminal


def anomaly(options: argparse.Namespace, generator: Generator) -> int:
    """Judge the pictures that were named, write the report and return the exit code."""
    from dinoexplorer import anomaly_report as report  # noqa: PLC0415  imports torch
    from dinoexplorer.latent.anomaly.judging import Judge  # noqa: PLC0415  likewise
    from dinoexplorer.latent.anomaly.seeing import Eye  # noqa: PLC0415  likewise

    out: Path = options.out
    if out.exists() and not out.is_dir():
        raise GeneratorError(f"--out {out} is a file; name a folder for the report.")
    eye, files = Eye(generator), picture_files(options.images)
    with progress_bar("reading") as progress:
        usual = held_out_pictures(
            generator.info, options.data, options.count, lambda _what, done, total: progress(done, total)
        )
    with progress_bar("learning what is usual") as progress:
        judge = Judge(eye, usual, progress)
    rows: list[report.Row] = []
    shown: list[report.Shown] = []
    unreadable: list[tuple[str, str]] = []
    with progress_bar("judging") as progress:
        for start in range(0, len(files), _AT_ONCE):
            names, images = _read(files[start : start + _AT_ONCE], generator.info, unreadable)
            verdicts = judge.judge(images)
            rows += [(name, verdict.strangeness) for name, verdict in zip(names, verdicts, strict=True)]
            shown = report.strangest([*shown, *map(report.Shown, names, images, verdicts)])
            progress(min(start + _AT_ONCE, len(files)), len(files))
    for name, reason in unreadable:
        print(f"left out {name}: {reason}", file=sys.stderr)
    if not rows:
        raise GeneratorError("None of the pictures could be read; the lines above say why.")
    rows = report.by_strangeness(rows)
    save_text(out / "report.csv", report.as_csv(rows))
    save_text(out / "report.json", report.as_json(rows, generator.info, len(usual), unreadable))
    save_png(out / "sheet.png", report.sheet(shown))
    for name, strangeness in rows[:_TOLD]:
        print(f"{name}: {strangeness.words}")
    print(f"{len(rows)} pictures against {len(usual)} held-out ones; report saved in {out}")
    return 0


def _read(files: Sequence[Path], info: GeneratorInfo, unreadable: list[tuple[str, str]]) -> tuple[list[str], ByteArray]:
    """Names and pictures ``(n, size, size, 3)`` as it was trained to see them; the rest goes to ``unreadable``."""
    from training.data.pictures import PictureError, load_picture  # noqa: PLC0415  only when pictures are read

    names, images = [], []
    for path in files:
        try:
            images.append(load_picture(path, info.image_size, info.channels, fit=fit_of(info)))
        except PictureError as error:
            unreadable.append((str(path), str(error)))
        else:
            names.append(str(path))
    if not images:
        return [], np.zeros((0, info.image_size, info.image_size, 3), np.uint8)
    stacked = np.stack(images)
    return names, stacked if info.channels == 3 else np.repeat(stacked, 3, axis=3)
