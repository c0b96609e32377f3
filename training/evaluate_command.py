"""The command `dinotrain evaluate`: what a model is worth."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.errors import TrainingError
from training.evaluation.metrics import check_names, metric_names

if TYPE_CHECKING:
    from training.evaluation.report import Report

DONE = 0
_SAMPLES = 2000


def add_options(sub: argparse.ArgumentParser) -> None:
    """What the command may be given."""
    sub.add_argument("target", metavar="RUN|CHECKPOINT", type=Path, help="of a run its best checkpoint, else its last")
    sub.add_argument("--data", required=True, metavar="DATASET",
                     help="a dataset, a folder, an .npz file or builtin:dinosaurs")  # fmt: skip
    sub.add_argument("--metrics", metavar="NAME,...", help=f"of {','.join(metric_names())} (default: all)")
    sub.add_argument("--samples", type=_positive, default=_SAMPLES, metavar="N", help="how many pictures to generate")
    sub.add_argument("--seed", type=int, default=0, help="of everything random in the evaluation")
    sub.add_argument("--held-out", type=_share, metavar="SHARE", help="of the pictures (default: as in the training)")
    where = "where weights of Inception and others lie (default: $DINOEXPLORER_FEATURES or in the cache folder)"
    sub.add_argument("--features", type=Path, metavar="FOLDER", help=where)
    sub.add_argument(
        "--out", type=Path, metavar="FILE.html", help="write a page that needs nothing beside it, and a CSV"
    )
    sub.add_argument("--json", action="store_true", help="print the report as one JSON object")
    sub.add_argument("--progress", choices=("text", "json"), default="text", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate what the command line asks for; returns the exit code."""
    from training.check_command import Lines
    from training.data.images import BUILTIN
    from training.device import limit_threads
    from training.evaluation.evaluating import evaluate
    from training.evaluation.features.weights import weights_folder
    from training.evaluation.material import Settings
    from training.evaluation.opening import open_material
    from training.evaluation.report import report_as_json
    from training.evaluation.tables import report_text
    from training.reporting import Reporter

    names = check_names(arguments.metrics.split(",")) if arguments.metrics else metric_names()
    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() != ".html":
        raise TrainingError(f"--out {out}: the report is a page; name a file that ends in .html")
    if not arguments.target.exists():
        raise TrainingError(f"{arguments.target} is not there; name the folder of a run or a checkpoint file")
    limit_threads()
    source: str = arguments.data
    source = source if source.startswith(BUILTIN) else str(Path(source).expanduser())
    settings = Settings(arguments.samples, arguments.seed, features=arguments.features or weights_folder())
    reporter = Reporter()
    listening = arguments.progress == "json"
    try:
        tick = Lines() if listening else reporter.progress
        material, about = open_material(arguments.target, source, settings, tick, held_out=arguments.held_out)
        report = evaluate(material, names, about)
    finally:
        reporter.close()
    if out is not None:
        _write(out, report)
    if listening or arguments.json:
        print(json.dumps(_finite(report_as_json(report, pictures=listening))), flush=True)
    else:
        print(report_text(report))
        if out is not None:
            print(f"\nthe whole report: {out}")
    return DONE


def _write(out: Path, report: Report) -> None:
    from training.evaluation.html import report_html
    from training.evaluation.tables import report_csv
    from training.files import replace_text

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_text(out, report_html(report))
        replace_text(out.with_suffix(".csv"), report_csv(report))
    except OSError as error:
        raise TrainingError(f"cannot write {out}: {error.strerror or error}; choose another place for --out") from error


def _finite(value: Any) -> Any:
    """JSON knows no NaN."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
