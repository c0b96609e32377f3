"""The command `dinotrain suite`: train and evaluate a whole table, and go on where it was ended."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from training.errors import TrainingError
from training.run import RunWriter, read_run

if TYPE_CHECKING:
    from training.config import RunConfig
    from training.evaluation.report import Figure, Report
    from training.reporting import Reporter
    from training.suites import Suite

DONE, INTERRUPTED = 0, 130


def add_options(sub: argparse.ArgumentParser) -> None:
    """What the command may be given."""
    sub.add_argument("suite", metavar="NAME|SUITE.toml", help="such as reference")
    sub.add_argument("--data", required=True, metavar="DATASET",
                     help="a dataset, a folder, an .npz file or builtin:dinosaurs")  # fmt: skip
    sub.add_argument("--out", type=Path, metavar="FOLDER", help="default: runs/suite-NAME")
    sub.add_argument("--features", type=Path, metavar="FOLDER", help="where weights of Inception and others lie")
    sub.add_argument("--set", dest="settings", metavar="KEY=VALUE", nargs="+", action="extend", default=[],
                     help="change settings of every training, such as image.size=128")  # fmt: skip
    sub.add_argument("--json", action="store_true", help="print the figures as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Do what is not done yet; returns the exit code."""
    from training.compare_command import write_comparison
    from training.data.images import BUILTIN
    from training.evaluation.comparison.entries import entries_of
    from training.reporting import Reporter
    from training.suites import markdown_table, read_suite

    suite = read_suite(arguments.suite)
    text: str = arguments.data
    data = text if text.startswith(BUILTIN) else str(Path(text).expanduser().absolute())
    configs = [suite.config(entry, data, arguments.settings) for entry in suite.entry]
    out: Path = arguments.out or Path("runs") / f"suite-{Path(arguments.suite).stem}"
    _refuse_other_settings(out, configs)
    rows: list[tuple[RunConfig, list[Figure]]] = []
    reports: list[Report] = []
    more = f" --set {' '.join(arguments.settings)}" if arguments.settings else ""
    command = f"dinotrain suite {arguments.suite} --data {text}{more}"
    reporter = Reporter()
    try:
        for number, config in enumerate(configs, 1):
            reporter.line(f"{config.name} ({number} of {len(configs)})")
            if not _trained(out / config.name, config):
                reporter.line("stopped; the same command goes on from here")
                return INTERRUPTED
            reports.append(_evaluated(suite, out / config.name, data, arguments.features, reporter))
            rows.append((config, reports[-1].figures))
            _write(out / "table.md", markdown_table(suite, rows, command))
            write_comparison(entries_of(reports), out / "comparison.html")
    finally:
        reporter.close()
    if arguments.json:
        found = {config.name: {one.name: [one.value, one.spread] for one in figures} for config, figures in rows}
        print(json.dumps(found))
    else:
        print((out / "table.md").read_text("utf-8"), end="")
    return DONE


def _refuse_other_settings(out: Path, configs: list[RunConfig]) -> None:
    for config in configs:
        folder = out / config.name
        if (folder / "config.toml").is_file() and read_run(folder).config != config:
            raise TrainingError(
                f"{folder} was begun with other settings or pictures than this suite asks for; choose another --out"
            )


def _trained(folder: Path, config: RunConfig) -> bool:
    """Train what is left of a run; False when it was stopped."""
    from training.loop import fit
    from training.reporting import Reporter

    begun = (folder / "config.toml").is_file()
    if begun and read_run(folder).state == "finished":
        return True
    writer = RunWriter.reopen(folder) if begun else RunWriter.create(folder, config)
    reporter = Reporter(log=writer.log)
    try:
        state, _ = fit(writer, reporter)
    finally:
        reporter.close()
    return state == "finished"


def _evaluated(suite: Suite, folder: Path, data: str, features: Path | None, reporter: Reporter) -> Report:
    """The report of a finished run, and its page beside its checkpoints; the cache knows what was measured before."""
    from training.evaluation.evaluating import evaluate
    from training.evaluation.features.weights import weights_folder
    from training.evaluation.html import report_html
    from training.evaluation.keeping import keep_report
    from training.evaluation.material import Settings
    from training.evaluation.opening import open_material

    settings = Settings(suite.samples, features=features or weights_folder())
    material, about = open_material(folder, data, settings, reporter.progress)
    report = evaluate(material, suite.metrics, about)
    with suppress(OSError):  # a full or read-only disk only costs the cache
        keep_report(report)
    _write(folder / "report.html", report_html(report))
    return report


def _write(path: Path, text: str) -> None:
    from training.files import replace_text

    try:
        replace_text(path, text)
    except OSError as error:
        raise TrainingError(f"cannot write {path}: {error.strerror or error}; make room") from error
