"""The report on a dataset: what was taken, what was left out and why, and what the checks found."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.checks.finding import LEVELS, Finding, Report
from training.data.dataset import Record, decided, is_dataset, read_about, read_choices, read_manifest
from training.data.images import DataError
from training.files import replace_file, replace_text

NAME, FOLDER = "report.md", "report"
_EXAMPLES = 10
_BY_HAND = "left out by hand"
_SLUG = re.compile(r"[^a-z0-9]+")
_MEANING = {"red": "will spoil the training", "amber": "may cost quality", "green": "as it should be"}


def write_report(folder: Path, report: Report | None = None) -> Path:
    """Write `report.md`, and the pictures of the findings into `report/`; returns the path of `report.md`.

    What an earlier report showed goes. The same set and findings give the same bytes.

    Parameters
    ----------
    folder
        A dataset, whose manifest is then told, or another folder that is not the set itself.
    report
        What the checks found; without it the report tells the manifest alone.

    Raises
    ------
    DataError
        The folder holds the pictures that were checked and is no dataset, or it cannot be written into.
    """
    dataset = is_dataset(folder)
    if not dataset and report is not None and _same(folder, Path(report.source)):
        raise DataError(
            f"{folder} holds the pictures themselves, and a report in it would become one of them; name another folder"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shown = {} if report is None else _write_pictures(folder, report)
        for path in sorted((folder / FOLDER).glob("*.png")):
            if f"{FOLDER}/{path.name}" not in shown:
                path.unlink()
        replace_text(folder / NAME, report_text(report, folder if dataset else None))
    except OSError as error:
        raise DataError(
            f"the report cannot be written into {folder}: {error.strerror or error}; make room or name another folder"
        ) from error
    return folder / NAME


def report_text(report: Report | None, dataset: Path | None = None) -> str:
    """The report as Markdown that reads well as plain text; with the manifest of a dataset, if one is given."""
    parts: list[str] = []
    if dataset is not None:
        parts += _told_dataset(dataset)
    if report is not None:
        parts += _told_findings(report)
    return "\n".join(parts) + "\n"


def picture_files(report: Report) -> Iterator[tuple[str, str, str, NDArray[np.uint8]]]:
    """Every picture of a report: its file below the folder, the finding's name, its own name, and its pixels."""
    for finding in report.findings:
        for name, pixels in finding.pictures.items():
            yield f"{FOLDER}/{_slug(finding.name)}-{_slug(name)}.png", finding.name, name, pixels


def report_as_json(report: Report, *, inline: bool) -> dict[str, Any]:
    """The report for JSON.

    Parameters
    ----------
    inline
        Whether pictures are told as `data:` addresses; otherwise as paths below the folder that `write_report` filled.
    """
    pictures: dict[str, dict[str, str]] = {}
    for path, finding, name, pixels in picture_files(report):
        pictures.setdefault(finding, {})[name] = _address(pixels) if inline else path
    return {
        "source": report.source,
        "level": report.level,
        "pictures": report.total,
        "looked_at": report.looked_at,
        "size": report.size,
        "recipe": report.recipe or None,
        "findings": [
            {
                "name": one.name,
                "level": one.level,
                "sentence": one.sentence,
                "advice": one.advice,
                "figures": {name: _number(value) for name, value in one.figures.items()},
                "pictures": pictures.get(one.name, {}),
            }
            for one in report.findings
        ],
        "missed": [{"name": one.name, "reason": one.reason} for one in report.missed],
    }


def _write_pictures(folder: Path, report: Report) -> set[str]:
    (folder / FOLDER).mkdir(exist_ok=True)
    written = set()
    for path, _, _, pixels in picture_files(report):
        with replace_file(folder / path) as file:
            file.write(_png(pixels))
        written.add(path)
    return written


def _told_findings(report: Report) -> list[str]:
    some = report.looked_at < report.total
    looked = f"{report.looked_at:,} of {report.total:,}" if some else f"All {report.total:,}"
    size = f", at {report.size} x {report.size} pixels" if report.size else ""
    recipe = f", for the recipe {report.recipe}" if report.recipe else ""
    lines = [
        "# Checks before training",
        "",
        f"{looked} pictures of {_plain(report.source)} were looked at{size}{recipe}.",
        "",
    ]
    files = [(path, finding, name) for path, finding, name, _ in picture_files(report)]
    for level in LEVELS:
        found = [one for one in report.findings if one.level == level]
        lines += [f"## {level.capitalize()}: {len(found)} ({_MEANING[level]})", ""]
        for one in found:
            lines += _told_finding(one)
            shown = [f"![{_plain(name)}]({path})" for path, finding, name in files if finding == one.name]
            lines += [*shown, ""] if shown else []
    if report.missed:
        lines += [f"## Not checked: {len(report.missed)}", ""]
        lines += [f"- {one.name}: {_plain(one.reason)}." for one in report.missed]
        lines.append("")
    return lines[:-1]


def _told_finding(finding: Finding) -> list[str]:
    lines = [f"### {finding.name}", "", _plain(finding.sentence), ""]
    if finding.level != "green":
        lines += [f"What to do: {_plain(finding.advice)}", ""]
    if finding.figures:
        width = max(len(_plain(name)) for name in finding.figures)
        lines += [f"    {_plain(name):{width}}  {_short(value)}" for name, value in finding.figures.items()]
        lines.append("")
    return lines


def _told_dataset(folder: Path) -> list[str]:
    about, choices = read_about(folder), read_choices(folder)
    taken, reasons, warnings, classes = 0, _Tally(), _Tally(), Counter[str]()
    for found in read_manifest(folder):
        record = decided(found, choices)
        if not record.taken:
            reasons.add(_reason(record), record)
            continue
        for code in record.warnings:
            warnings.add(code, record)
        taken += 1
        classes[record.label or "(no class)"] += 1
    side = f"{about.size} x {about.size} pixels" if about.size else "their own sizes"
    colour = "grey" if about.channels == 1 else "colour"
    lines = [f"# Dataset {_plain(folder.name)}", "", f"Taken: {taken:,} pictures of {side}, in {colour}.", ""]
    if len(classes) > 1:
        width = max(len(_plain(name)) for name in classes)
        lines += [f"    {_plain(name):{width}}  {count:,}" for name, count in sorted(classes.items())]
        lines.append("")
    lines += [f"Left out: {reasons.total:,}.", ""]
    lines += reasons.lines()
    if warnings.total:
        lines += ["Unusual, but taken:", "", *warnings.lines()]
    return lines


class _Tally:
    """How often something was said, and the first pictures of which it was."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    @property
    def total(self) -> int:
        return self._counts.total()

    def add(self, what: str, record: Record) -> None:
        self._counts[what] += 1
        examples = self._examples.setdefault(what, [])
        if len(examples) < _EXAMPLES:
            detail = "" if record.taken or not record.reason or record.reason == what else f": {record.reason}"
            examples.append(f"{record.source}, {record.name}{detail}")

    def lines(self) -> list[str]:
        """A paragraph and a list for each, the most frequent first."""
        lines: list[str] = []
        for what, count in sorted(self._counts.items(), key=lambda item: (-item[1], item[0])):
            examples = self._examples[what]
            more = f" (the first {len(examples)})" if count > len(examples) else ""
            lines += [f"- {_plain(what)}: {count:,}{more}", *(f"    - {_plain(one)}" for one in examples)]
        return [*lines, ""] if lines else []


def _reason(record: Record) -> str:
    """Why it was left out, the same words for the same cause: its first warning, else the sentence itself."""
    if record.reason == _BY_HAND:
        return _BY_HAND
    return record.warnings[0] if record.warnings else record.reason or "no reason was kept"


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _plain(text: str) -> str:
    """One line that Markdown and a terminal leave alone, whatever a file was called."""
    shown = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    return shown.replace("`", "'").replace("<", "‹").replace(">", "›")


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-")


def _short(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:.4g}"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def _address(pixels: NDArray[np.uint8]) -> str:
    return f"data:image/png;base64,{base64.b64encode(_png(pixels)).decode()}"
