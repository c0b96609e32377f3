"""``dinoexplorer anomaly``: pictures sorted by how strange they are to a model. No Qt here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dinoexplorer.generators import Generator, GeneratorError
from dinoexplorer.latent.anomaly.held_out import held_out_pictures
from dinoexplorer.latent.anomaly.reading import read_pictures
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
    unreadable: list[tuple[Path, str]] = []
    with progress_bar("judging") as progress:
        for start in range(0, len(files), _AT_ONCE):
            read, images = read_pictures(files[start : start + _AT_ONCE], generator.info, unreadable)
            names = list(map(str, read))
            verdicts = judge.judge(images)
            rows += [(name, verdict.strangeness) for name, verdict in zip(names, verdicts, strict=True)]
            shown = report.strangest([*shown, *map(report.Shown, names, images, verdicts)])
            progress(min(start + _AT_ONCE, len(files)), len(files))
    for path, reason in unreadable:
        print(f"left out {path}: {reason}", file=sys.stderr)
    if not rows:
        raise GeneratorError("None of the pictures could be read; the lines above say why.")
    rows, told = report.by_strangeness(rows), [(str(path), reason) for path, reason in unreadable]
    save_text(out / "report.csv", report.as_csv(rows))
    save_text(out / "report.json", report.as_json(rows, generator.info, len(usual), told))
    save_png(out / "sheet.png", report.sheet(shown))
    for name, strangeness in rows[:_TOLD]:
        print(f"{name}: {strangeness.words}")
    print(f"{len(rows)} pictures against {len(usual)} held-out ones; report saved in {out}")
    return 0
