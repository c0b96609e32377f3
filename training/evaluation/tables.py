"""A report as text and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import Any

from training.evaluation.report import SIGNS, WORDS, Figure, Report, Table

_COLUMNS = ("metric", "figure", "value", "spread", "over", "count", "better", "floor", "floor_count", "meaning")


def report_text(report: Report) -> str:
    """For a terminal: each figure with its spread, what real pictures would have, and what is missing."""
    lines = []
    if remark := remark_on_pictures(report.data):
        lines.append(remark)
    width = max((len(figure.name) for figure in report.figures), default=0)
    for name, outcome in report.outcomes.items():
        lines.append(f"\n{report.titles[name]}")
        for figure in outcome.figures:
            real = "" if figure.floor is None else f"   real pictures {number(figure.floor)}"
            arrow = WORDS[figure.better]
            lines.append(f"  {figure.name:{width}}  {with_spread(figure)}  n = {figure.count}{real}   {arrow}".rstrip())
        lines += [f"  {remark}" for remark in outcome.remarks]
        for table in outcome.tables:
            lines += ["", *(f"  {line}" for line in _table_text(table))]
        if outcome.sheets and not outcome.figures:
            lines.append("  to be seen in the page: --out FILE.html")
    if report.missed:
        lines.append("\nNot measured")
        lines += [f"  {name}: {reason}" for name, reason in report.missed.items()]
    return "\n".join(lines).strip("\n")


def _table_text(table: Table) -> list[str]:
    """Its columns below their headings."""
    rows = [table.columns, *([one if isinstance(one, str) else number(one) for one in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


ARROWS = {better: f"{SIGNS[better]} {words}".strip() for better, words in WORDS.items()}
_OTHER_PICTURES = (
    "These are not the pictures that the checkpoint says it was trained on: what is called training or held out is a"
    " split of these."
)
_UNKNOWN_PICTURES = (
    "The checkpoint does not say which pictures it was trained on: what is called training or held out is a split of"
    " these. Whether it returns its training pictures is told only if it was trained on these."
)


def remark_on_pictures(data: Mapping[str, Any]) -> str:
    """What a reader must know of the pictures of a report; empty where they are those of the training."""
    if data["as_trained"] is None:
        return _UNKNOWN_PICTURES
    return "" if data["as_trained"] else _OTHER_PICTURES


def title_of(subject: Mapping[str, Any]) -> str:
    """`vae at step 12,000, 64 px, z = 32`: what a report is of."""
    step, size, compared = subject["step"], subject["size"], subject.get("compared_at", subject["size"])
    when = "" if step is None else f" at step {step:,}" if isinstance(step, int) else " at an unknown step"
    smaller = f" compared at {compared} px" if compared != size else ""
    return f"{subject['family']}{when}, {size} px{smaller}, z = {subject['dim']}"


def report_csv(report: Report) -> str:
    """One line per figure, and per number of a table: `share of random pictures[raptor]`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for name, outcome in report.outcomes.items():
        for one in outcome.figures:
            floor = "" if one.floor is None else one.floor
            writer.writerow([name, one.name, one.value, one.spread, one.over, one.count, one.better, floor,
                             one.floor_count, one.meaning])  # fmt: skip
        for table in outcome.tables:
            for first, *values in table.rows:
                named = zip(table.columns[1:], values, strict=True)
                cells = [(f"{column}[{first}]", value) for column, value in named if not isinstance(value, str)]
                writer.writerows([name, cell, value, "", "", "", "", "", "", table.title] for cell, value in cells)
    return file.getvalue()


def figure_detail(figure: Figure) -> str:
    """From how much it is, and what real pictures would have."""
    floor = "" if figure.floor is None else f" · real pictures {number(figure.floor)} (n = {figure.floor_count})"
    return f"n = {figure.count}, spread over {figure.over}{floor}"


def with_spread(figure: Figure) -> str:
    """`0.513 ± 0.02`, with as many digits as the spread leaves sense in."""
    return f"{number(figure.value)} ± {figure.spread:.2g}"


def number(value: float) -> str:
    """Four digits that count; a word for what is no number."""
    return f"{value:.4g}" if math.isfinite(value) else "-"
