"""The command `dinotrain check`: look at pictures before a model is trained on them."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.data.checks import Report

_TOLD_SECONDS = 0.1
DONE = 0


def add_options(sub: argparse.ArgumentParser) -> None:
    """What the command may be given."""
    sub.add_argument("data", metavar="DATASET", help="a dataset, a folder, an .npz file or builtin:dinosaurs")
    sub.add_argument("--recipe", metavar="RECIPE|CONFIG.toml", help="also try this recipe on the pictures, up to 40 s")
    where = "write report.md and its pictures there (default: into the dataset; of other pictures nothing is written)"
    sub.add_argument("--out", type=Path, metavar="FOLDER", help=where)
    sub.add_argument("--json", action="store_true", help="print the report as one JSON object")
    sub.add_argument("--progress", choices=("text", "json"), default="text", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Check what the command line asks for; returns the exit code."""
    from training.data.checks import check
    from training.data.dataset import is_dataset
    from training.data.images import BUILTIN
    from training.data.report import report_as_json, report_text, write_report
    from training.reporting import Reporter

    text: str = arguments.data
    source = text if text.startswith(BUILTIN) else str(Path(text).expanduser())
    dataset = Path(source) if not text.startswith(BUILTIN) and is_dataset(Path(source)) else None
    out: Path | None = arguments.out or dataset
    reporter = Reporter()
    try:
        teller = Lines() if arguments.progress == "json" else reporter.progress
        report = check(source, teller, recipe=arguments.recipe)
    finally:
        reporter.close()
    written = write_report(out, report) if out is not None else None
    if arguments.json or arguments.progress == "json":
        print(json.dumps(report_as_json(report, inline=written is None)), flush=True)
    elif written is None:
        print(report_text(report), end="")
    else:
        print(_summary(report))
        print(f"\nthe whole report: {written}")
    return DONE


class Lines:
    """Progress as lines of JSON, for a program that listens; not more of them than it can show."""

    def __init__(self) -> None:
        self._what, self._last = "", 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what == self._what and now - self._last < _TOLD_SECONDS and done < total:
            return
        self._what, self._last = what, now
        print(json.dumps({"progress": {"what": what, "done": done, "total": total}}), flush=True)


def _summary(report: Report) -> str:
    """One line for each finding, the worst first, with what to do."""
    from training.data.checks.finding import LEVELS

    lines = []
    for level in LEVELS:
        for one in report.findings:
            if one.level == level:
                lines.append(f"{level:5}  {one.name}: {one.sentence}")
                lines += [f"       {one.advice}"] if level != "green" else []
    lines += [f"-      {one.name}: not checked, {one.reason}" for one in report.missed]
    return "\n".join(lines)
