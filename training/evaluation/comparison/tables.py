"""A comparison as text, as CSV and for JSON."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from training.evaluation.comparison.entries import Entry
from training.evaluation.comparison.ranking import TIMES, Column, columns_of
from training.evaluation.report import WORDS, Figure, finite
from training.evaluation.tables import number, with_spread

RULE = (
    f"Best is only what is ahead of every other by more than {TIMES:g} standard deviations of the difference;"
    " ± is one standard deviation."
)
_FACTS = ("model", "checkpoint", "family", "size", "z", "step", "images_seen", "samples", "seed", "pictures")


def comparison_text(entries: Sequence[Entry]) -> str:
    """For a terminal: a block for each figure, since there are more of them than a line holds; `*` marks the best."""
    width = max((len(entry.label) for entry in entries), default=0)
    lines = []
    for column in columns_of(entries):
        lines.append(f"\n{column.name}   {WORDS[column.better]}".rstrip(" "))
        for place, (entry, figure) in enumerate(zip(entries, column.figures, strict=True)):
            mark = "*" if place == column.best else " "
            value = "-" if figure is None else f"{with_spread(figure)}  n = {figure.count}"
            lines.append(f" {mark} {entry.label:{width}}  {value}")
        if column.doubt:
            lines.append(f"   not ranked: {column.doubt}")
    return "\n".join([*lines, "", RULE]).lstrip("\n")


def comparison_csv(entries: Sequence[Entry]) -> str:
    """One line for each entry; of each figure the value, its spread and its count, and whether it is the best."""
    columns = columns_of(entries)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    head = [f"{column.name}{part}" for column in columns for part in ("", " spread", " n", " best")]
    writer.writerow([*_FACTS, *head])
    for place, entry in enumerate(entries):
        cells: list[Any] = []
        for column in columns:
            figure = column.figures[place]
            cells += ["", "", "", ""] if figure is None else _cells(figure, best=place == column.best)
        writer.writerow([*_facts(entry), *cells])
    return file.getvalue()


def comparison_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """Ready for `json`."""
    columns = columns_of(entries)
    return {
        "entries": [finite(asdict(entry)) for entry in entries],
        "best": {column.name: None if column.best is None else entries[column.best].label for column in columns},
        "not_ranked": {column.name: column.doubt for column in columns if column.doubt},
    }


def doubts_of(columns: Sequence[Column]) -> list[str]:
    """Why columns are not ranked, in one sentence for all that have the same reason."""
    reasons: dict[str, list[str]] = {}
    for column in columns:
        if column.doubt:
            reasons.setdefault(column.doubt, []).append(column.name)
    return [f"Not ranked: {', '.join(names)}: {reason}." for reason, names in reasons.items()]


def cell(figure: Figure | None) -> str:
    """What stands in a table."""
    if figure is None or not math.isfinite(figure.value):
        return "–"
    return with_spread(figure) if math.isfinite(figure.spread) else number(figure.value)


def _cells(figure: Figure, *, best: bool) -> list[Any]:
    return [figure.value, figure.spread, figure.count, "yes" if best else ""]


def _facts(entry: Entry) -> list[Any]:
    step, images = ("" if value is None else value for value in (entry.step, entry.images_seen))
    return [entry.label, entry.checkpoint, entry.family, entry.size, entry.dim, step, images, entry.samples,
            entry.seed, entry.source]  # fmt: skip
