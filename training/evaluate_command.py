"""The command `dinotrain evaluate`: what a model is worth."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from training.errors import TrainingError
from training.evaluation.metrics import check_names, metric_names
from training.evaluation.watching import Watcher

if TYPE_CHECKING:
    from training.data.images import Progress
    from training.evaluation.opening import Open
    from training.evaluation.report import Report

DONE = 0
_SAMPLES = 2000


def add_options(sub: argparse.ArgumentParser) -> None:
    """What the command may be given."""
    sub.add_argument("targets", metavar="RUN|CHECKPOINT", type=Path, nargs="+",
                     help="of a run its best checkpoint, else its last; several are compared")  # fmt: skip
    sub.add_argument("--data", required=True, metavar="DATASET",
                     help="a dataset, a folder, an .npz file or builtin:dinosaurs")  # fmt: skip
    sub.add_argument("--metrics", metavar="NAME,...", help=f"of {','.join(metric_names())} (default: all)")
    sub.add_argument("--samples", type=_positive, default=_SAMPLES, metavar="N", help="how many pictures to generate")
    sub.add_argument("--seed", type=int, default=0, help="of everything random in the evaluation")
    sub.add_argument("--held-out", type=_share, metavar="SHARE", help="of the pictures (default: as in the training)")
    where = "where weights of Inception and others lie (default: $DINOEXPLORER_FEATURES or in the cache folder)"
    sub.add_argument("--features", type=Path, metavar="FOLDER", help=where)
    sub.add_argument(
        "--out", type=Path, metavar="FILE.html|FOLDER",
        help="write a page that needs nothing beside it, and a CSV; into a folder also report.json and the pictures",
    )  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print the report as one JSON object")
    sub.add_argument("--progress", choices=("text", "json"), default="text", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, open_: Open | None = None) -> int:
    """Evaluate what the command line asks for; returns the exit code.

    ``open_`` opens targets in place of `open_material`: a program that reads more than this one knows how.
    """
    from training.check_command import Lines
    from training.compare_command import tell_comparison
    from training.device import limit_threads
    from training.evaluation.comparison.entries import entries_of
    from training.evaluation.report import finite, report_as_json
    from training.evaluation.tables import report_text
    from training.reporting import Reporter

    names = check_names(arguments.metrics.split(",")) if arguments.metrics else metric_names()
    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in {".html", ""} and not out.is_dir():
        raise TrainingError(f"--out {out}: the report is a page; name a file that ends in .html, or a folder")
    for target in arguments.targets:
        if not target.exists():
            raise TrainingError(f"{target} is not there; name the folder of a run or a checkpoint file")
    limit_threads()
    reporter = Reporter()
    listening = arguments.progress == "json"
    several = len(arguments.targets) > 1
    reports = []
    try:
        tick = Lines() if listening else reporter.progress
        for number, target in enumerate(arguments.targets, 1):
            if several and not listening:
                reporter.line(f"{target} ({number} of {len(arguments.targets)})")
            reports.append(report_of(arguments, target, names, tick, open_))
    finally:
        reporter.close()
    if several:
        tell_comparison(entries_of(reports), out, as_json=listening or arguments.json)
        return DONE
    report = reports[0]
    if out is not None:
        _write(out, report)
    if listening or arguments.json:
        print(json.dumps(finite(report_as_json(report, pictures=listening))), flush=True)
    else:
        print(report_text(report))
        if out is not None:
            print(f"\nthe whole report: {out}")
    return DONE


def report_of(
    arguments: argparse.Namespace, target: Path, names: Sequence[str], tick: Progress, open_: Open | None = None
) -> Report:
    """Evaluate one model as the command line says, and keep what is finished."""
    from training.data.images import BUILTIN
    from training.evaluation.evaluating import evaluate
    from training.evaluation.features.weights import weights_folder
    from training.evaluation.material import Settings
    from training.evaluation.opening import open_material

    source: str = arguments.data
    source = source if source.startswith(BUILTIN) else str(Path(source).expanduser())
    settings = Settings(arguments.samples, arguments.seed, features=arguments.features or weights_folder())
    material, about = (open_ or open_material)(target, source, settings, tick, held_out=arguments.held_out)
    return evaluate(material, names, about, _Keeper(listening=arguments.progress == "json"))


class _Keeper(Watcher):
    """Keeps what is finished, and tells a program that listens where."""

    def __init__(self, *, listening: bool) -> None:
        self._listening = listening

    def begins(self, name: str, title: str, number: int, count: int) -> None:
        self._tell(metric={"name": name, "title": title, "number": number, "count": count})

    def grown(self, report: Report) -> None:
        from training.evaluation.keeping import keep_report

        with suppress(OSError):  # a full or read-only disk only costs the cache
            self._tell(kept=str(keep_report(report)))

    def _tell(self, **told: object) -> None:
        if self._listening:
            print(json.dumps(told), flush=True)


def _write(out: Path, report: Report) -> None:
    from training.evaluation.html import report_html
    from training.evaluation.keeping import write_report
    from training.evaluation.tables import report_csv
    from training.files import replace_text

    page = out if out.suffix.lower() == ".html" else out / "report.html"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        replace_text(page, report_html(report))
        replace_text(page.with_suffix(".csv"), report_csv(report))
        if page is not out:
            write_report(out, report)
    except OSError as error:
        raise TrainingError(f"cannot write {out}: {error.strerror or error}; choose another place for --out") from error


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 0.5:
        raise argparse.ArgumentTypeError("must be from 0 to 0.5")
    return value
