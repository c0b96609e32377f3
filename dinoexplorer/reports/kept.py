"""Reports that were made: reading them, and saving them elsewhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from training.errors import TrainingError
from training.evaluation.html import report_html
from training.evaluation.keeping import kept_reports, read_report
from training.evaluation.report import REPORT
from training.evaluation.tables import remark_on_pictures, report_csv, title_of
from training.files import replace_text

if TYPE_CHECKING:
    from training.evaluation.report import Report


@dataclass(frozen=True, eq=False)
class KeptReport:
    """A report, the folder that its pictures lie in, and when it was made (Unix time, seconds)."""

    folder: Path
    report: Report
    made: float

    @property
    def title(self) -> str:
        """What it is about."""
        return title_of(self.report.subject)

    @property
    def pictures(self) -> str:
        """On which pictures, and how."""
        data, made = self.report.data, self.report.settings
        source = str(data["source"])
        name = source.replace("builtin:", "built-in ") if source.startswith("builtin:") else Path(source).name or source
        held = f"{data['count']:,} pictures of {name}, {data['held_out']:,} held out"
        return f"{held}  ·  {made['samples']:,} samples, seed {made['seed']}"

    @property
    def checkpoint(self) -> Path:
        """Where the checkpoint lay."""
        return Path(str(self.report.subject["name"]))

    @property
    def sha256(self) -> str:
        """The hash of the checkpoint."""
        return str(self.report.subject["sha256"])

    @property
    def remark(self) -> str:
        """What a reader must know of the pictures; empty where they are those of the training."""
        return remark_on_pictures(self.report.data)


def open_report(folder: Path) -> KeptReport:
    """Read a report; raises TrainingError where it is gone or not whole."""
    report = read_report(folder)
    made = 0.0
    with suppress(OSError):
        made = (folder / REPORT).stat().st_mtime
    return KeptReport(folder, report, made)


def reports_of(sha256: str) -> tuple[KeptReport, ...]:
    """Those of a checkpoint, the newest first; what cannot be read is left out."""
    found = []
    for folder in kept_reports(sha256):
        with suppress(TrainingError):
            found.append(open_report(folder))
    return tuple(found)


def save_page(folder: Path, path: Path) -> Path:
    """Write a report as one HTML file that needs nothing beside it; raises TrainingError or OSError."""
    replace_text(path, report_html(read_report(folder, pictures=True)))
    return path


def save_table(folder: Path, path: Path) -> Path:
    """Write the figures of a report as CSV; raises TrainingError or OSError."""
    replace_text(path, report_csv(read_report(folder)))
    return path
