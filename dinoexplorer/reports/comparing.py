"""What the window needs to compare reports: those that were made, and the comparison of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from training.errors import TrainingError
from training.evaluation.comparison.courses import AXES, Plot, axes_of, figures_of, plot_of
from training.evaluation.comparison.drawing import Ink, Line, Mark, Part, Words, drawn
from training.evaluation.comparison.entries import Entry, read_entry, told_apart
from training.evaluation.comparison.page import comparison_html
from training.evaluation.comparison.ranking import Column, columns_of
from training.evaluation.comparison.tables import RULE, cell, comparison_csv, doubts_of
from training.evaluation.keeping import reports_folder
from training.evaluation.report import REPORT
from training.files import replace_text

__all__ = [
    "AXES",
    "RULE",
    "Column",
    "Entry",
    "Ink",
    "Line",
    "Made",
    "Mark",
    "Part",
    "Plot",
    "Words",
    "axes_of",
    "cell",
    "columns_of",
    "doubts_of",
    "drawn",
    "figures_of",
    "made_reports",
    "plot_of",
    "reports_folder",
    "save_comparison",
    "ticked_at_first",
]


@dataclass(frozen=True)
class Made:
    """A report that lies on the disk.

    Attributes
    ----------
    folder
        Where its `report.json` lies.
    when
        Unix time at which it was written last, seconds.
    """

    folder: Path
    entry: Entry
    when: float


def made_reports(home: Path) -> tuple[Made, ...]:
    """Every report in a folder of such folders, the newest first; what is no report is left out."""
    found = []
    for path in home.glob(f"*/{REPORT}"):
        with suppress(TrainingError, OSError):
            found.append(Made(path.parent, read_entry(path), path.stat().st_mtime))
    found.sort(key=lambda made: (-made.when, str(made.folder)))
    labelled = told_apart([made.entry for made in found])
    return tuple(Made(made.folder, entry, made.when) for made, entry in zip(found, labelled, strict=True))


def ticked_at_first(made: Sequence[Made], most: int) -> frozenset[Path]:
    """The newest report, and others on the same pictures up to so many."""
    return frozenset([one.folder for one in made if one.entry.pictures == made[0].entry.pictures][:most])


def save_comparison(entries: Sequence[Entry], path: Path) -> None:
    """Write the page, or the table where the file is a `.csv`; an OSError where it cannot be written."""
    make = comparison_csv if path.suffix.lower() == ".csv" else comparison_html
    replace_text(path, make(entries))
