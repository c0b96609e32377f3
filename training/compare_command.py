"""The command `dinotrain compare`: several reports beside each other."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from training.errors import TrainingError
from training.evaluation.comparison.courses import AXES, figures_of, plot_of
from training.evaluation.comparison.entries import Entry, read_entries
from training.evaluation.comparison.page import comparison_html
from training.evaluation.comparison.svg import plot_svg_file
from training.evaluation.comparison.tables import comparison_csv, comparison_json, comparison_text
from training.evaluation.report import REPORT
from training.files import replace_text

DONE = 0
_KINDS = (".html", ".csv", ".svg")
_KEYS = {"images": "images_seen", "size": "size", "z": "dim"}


def add_options(sub: argparse.ArgumentParser) -> None:
    """What the command may be given."""
    sub.add_argument("reports", metavar="REPORT.json|FOLDER", type=Path, nargs="+",
                     help="what 'dinotrain evaluate --json' printed, or a folder with such files in it")  # fmt: skip
    sub.add_argument(
        "--out", type=Path, metavar="FILE", help="a page (.html, with a CSV beside it), .csv or a plot (.svg)"
    )
    sub.add_argument("--figure", metavar="NAME", help="of a plot: the figure, such as psnr")
    sub.add_argument("--against", metavar="AXIS", default="images",
                     help="of a plot: images (seen), size, z or another figure (default: images)")  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print the comparison as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Compare what the command line names; returns the exit code."""
    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in _KINDS:
        raise TrainingError(f"--out {out}: name a file that ends in {', '.join(_KINDS[:-1])} or {_KINDS[-1]}")
    entries = read_entries(list(dict.fromkeys(_files(arguments.reports))))
    if out is not None and out.suffix.lower() == ".svg":
        write_text(out, _plot(entries, arguments.figure, arguments.against))
        out = None
    tell_comparison(entries, out, as_json=arguments.json)
    return DONE


def tell_comparison(entries: Sequence[Entry], out: Path | None, *, as_json: bool) -> None:
    """Write the page, or the table alone where `out` is a CSV, and print the comparison."""
    if out is not None:
        write_comparison(entries, out)
    if as_json:
        print(json.dumps(comparison_json(entries)), flush=True)
        return
    print(comparison_text(entries))
    if out is not None:
        print(f"\nthe whole comparison: {out}")


def write_comparison(entries: Sequence[Entry], out: Path) -> None:
    """A page with a CSV beside it, or a CSV alone, by the name of the file; into a folder `comparison.html`.

    Raises
    ------
    TrainingError
        It cannot be written there.
    """
    if not out.suffix:
        out /= "comparison.html"
    if out.suffix.lower() == ".html":
        write_text(out, comparison_html(entries))
    write_text(out.with_suffix(".csv"), comparison_csv(entries))


def write_text(out: Path, text: str) -> None:
    """Write a file whole or not at all; see `write_comparison`."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_text(out, text)
    except OSError as error:
        raise TrainingError(f"cannot write {out}: {error.strerror or error}; choose another place for --out") from error


def _files(given: Iterable[Path]) -> Iterable[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob(REPORT))
        if not found:
            raise TrainingError(
                f"there is no {REPORT} in {path}; 'dinotrain evaluate RUN --data DATASET --json' makes one"
            )
        yield from found


def _plot(entries: Sequence[Entry], figure: str | None, against: str) -> str:
    known = figures_of(entries)
    figure = figure or next(iter(known), "")
    axis = _KEYS.get(against, against)
    for name, names in ((figure, known), (axis, [*AXES, *known])):
        if name not in names:
            raise TrainingError(f"none of these reports has {name!r}; they have {', '.join(known)}")
    return plot_svg_file(plot_of(entries, figure, axis))
