"""``dinoexplorer compare``: checkpoints beside each other on a sheet, or as a table. No Qt here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dinoexplorer.comparing.choosing import checkpoints_at
from dinoexplorer.comparing.making import Question, make_sheet
from dinoexplorer.comparing.studies import table_of_runs
from dinoexplorer.generators import Generator, GeneratorError, open_generator, read_info
from dinoexplorer.picture_files import save_png
from dinoexplorer.progress_bars import progress_bar


def compare(options: argparse.Namespace) -> int:
    """Make the sheet that was asked for and return the exit code."""
    out: Path = options.out
    if out.suffix.lower() != ".png":
        raise GeneratorError(f"--out {out} is no PNG file; give it a name that ends in .png.")
    question = Question(options.seed or (), tuple(options.image or ()))
    paths = checkpoints_at(options.checkpoints)
    infos = [read_info(path) for path in paths]  # refuses what it cannot read before torch is loaded
    open_ = _opener(options.device)
    with progress_bar("comparing") as progress:
        if options.table:
            sheet = table_of_runs(_by_folder(paths), options.rows, question, open_, progress)
        else:
            sheet = make_sheet(infos, question, open_, progress)
    save_png(out, sheet)
    print(f"saved {out}")
    return 0


def _opener(device: str) -> Callable[[Path], Generator]:
    from dinoexplorer.generators.devices import choose_device  # noqa: PLC0415  imports torch

    choice = choose_device(device)
    if choice.note:
        print(choice.note, file=sys.stderr)
    return lambda path: open_generator(path, choice.device)


def _by_folder(paths: Sequence[Path]) -> list[list[Path]]:
    """The checkpoints of each run together; files of no run each by themselves."""
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    return list(folders.values())
