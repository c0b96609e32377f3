"""Reports that were made, kept with their pictures in the cache: one folder for a checkpoint, pictures and settings.

`report.json` is written last and at once, after each metric, so that whatever is finished is there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.data.cache import cache_folder
from training.errors import TrainingError
from training.evaluation.report import REPORT, Outcome, Report, Sheet, finite, report_as_json, report_from_json
from training.files import replace_file, replace_text

_VERSION = 1
_DIGITS = 16


def reports_folder() -> Path:
    """Where reports are kept."""
    return cache_folder() / "reports"


def folder_of(report: Report) -> Path:
    """Where a report belongs: all metrics of the same checkpoint, pictures and settings lie in one folder."""
    sha256, made = str(report.subject["sha256"]), report.settings
    decides = json.dumps([sha256, report.data["fingerprint"], made["samples"], made["seed"], made["held_out"]])
    return reports_folder() / f"{sha256[:_DIGITS]}-{hashlib.sha256(decides.encode()).hexdigest()[:_DIGITS]}"


def kept_reports(sha256: str = "") -> list[Path]:
    """Folders of the reports that are kept, of one checkpoint where its hash is given; the newest first."""
    found = []
    for path in reports_folder().glob(f"{sha256[:_DIGITS]}*/{REPORT}"):
        with suppress(OSError):  # cleared away meanwhile
            found.append((path.stat().st_mtime_ns, path.parent))
    return [folder for _, folder in sorted(found, reverse=True)]


def keep_report(report: Report) -> Path:
    """Put a report to what is kept of the same checkpoint, pictures and settings, and return the folder.

    What was found by another version of a metric is dropped.

    Raises
    ------
    OSError
        It cannot be written.
    """
    folder = folder_of(report)
    earlier: Report | None = None
    with suppress(TrainingError):
        earlier = read_report(folder)
    write_report(folder, report if earlier is None else _together(earlier, report))
    return folder


def write_report(folder: Path, report: Report) -> None:
    """Write a report and its pictures into a folder; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = {name: _with_files(folder, name, outcome) for name, outcome in report.outcomes.items()}
    values = report_as_json(replace(report, outcomes=outcomes), pictures=True)
    replace_text(folder / REPORT, json.dumps({"version": _VERSION, **finite(values)}))


def read_report(folder: Path, *, pictures: bool = False) -> Report:
    """A report that was kept; where ``pictures`` are not asked for, its sheets only name their files.

    Raises
    ------
    TrainingError
        There is none, or it is not whole; the text says what to do.
    """
    path = folder / REPORT
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["version"] > _VERSION:
            raise TrainingError(f"{path} was written by a newer version of this program; update the program")
        report = report_from_json(values)
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror or error}; evaluate again") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrainingError(f"{path} is not a whole report; evaluate again") from error
    if not pictures:
        return report
    whole = {
        name: replace(outcome, sheets=[_with_picture(folder, sheet) for sheet in outcome.sheets])
        for name, outcome in report.outcomes.items()
    }
    return replace(report, outcomes=whole)


def _together(earlier: Report, report: Report) -> Report:
    from training.evaluation.metrics import metric_named, metric_names  # noqa: PLC0415  torch only to measure

    names = [
        name for name in {**earlier.titles, **report.titles}
        if name in report.titles
        or (name in metric_names() and earlier.versions.get(name) == metric_named(name).version)
    ]  # fmt: skip
    names.sort(key=lambda name: metric_named(name).place)

    def chosen(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: source[name] for name in names if name in (source := new if name in report.titles else old)
        }  # fmt: skip

    return replace(
        report, outcomes=chosen(earlier.outcomes, report.outcomes), titles=chosen(earlier.titles, report.titles),
        missed=chosen(earlier.missed, report.missed), versions=chosen(earlier.versions, report.versions),
    )  # fmt: skip


def _with_files(folder: Path, name: str, outcome: Outcome) -> Outcome:
    """The outcome with its pictures in files of their own; one that has none but a file keeps that."""
    sheets = []
    for number, sheet in enumerate(outcome.sheets):
        file = f"{name}-{number}.png"
        if sheet.png:
            with replace_file(folder / file) as opened:
                opened.write(sheet.bytes)
        sheets.append(replace(sheet, png="", file=file))
    return replace(outcome, sheets=sheets)


def _with_picture(folder: Path, sheet: Sheet) -> Sheet:
    try:
        data = (folder / Path(sheet.file).name).read_bytes()
    except OSError as error:
        raise TrainingError(f"a picture of the report is gone ({sheet.file} in {folder}); evaluate again") from error
    return replace(sheet, png=base64.b64encode(data).decode())
