"""A report as text and as CSV."""

from __future__ import annotations

import csv
import io
import math

from training.evaluation.report import Figure, Report

_COLUMNS = ("metric", "figure", "value", "spread", "over", "count", "better", "floor", "floor_count", "meaning")


def report_text(report: Report) -> str:
    """For a terminal: each figure with its spread, what real pictures would have, and what is missing."""
    lines = []
    if not report.data["as_trained"]:
        lines.append(OTHER_PICTURES)
    width = max((len(figure.name) for figure in report.figures), default=0)
    for name, outcome in report.outcomes.items():
        lines.append(f"\n{report.titles[name]}")
        for figure in outcome.figures:
            real = "" if figure.floor is None else f"   real pictures {number(figure.floor)}"
            arrow = {"lower": "less is better", "higher": "more is better", "": ""}[figure.better]
            lines.append(f"  {figure.name:{width}}  {with_spread(figure)}  n = {figure.count}{real}   {arrow}".rstrip())
        lines += [f"  {remark}" for remark in outcome.remarks]
    if report.missed:
        lines.append("\nNot measured")
        lines += [f"  {name}: {reason}" for name, reason in report.missed.items()]
    return "\n".join(lines).strip("\n")


OTHER_PICTURES = (
    "These are not the pictures that the checkpoint says it was trained on: what is called training or held out is a"
    " split of these."
)


def report_csv(report: Report) -> str:
    """One line per figure."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for name, outcome in report.outcomes.items():
        for one in outcome.figures:
            floor = "" if one.floor is None else one.floor
            writer.writerow([name, one.name, one.value, one.spread, one.over, one.count, one.better, floor,
                             one.floor_count, one.meaning])  # fmt: skip
    return file.getvalue()


def with_spread(figure: Figure) -> str:
    """`0.513 ± 0.02`, with as many digits as the spread leaves sense in."""
    return f"{number(figure.value)} ± {figure.spread:.2g}"


def number(value: float) -> str:
    """Four digits that count; a word for what is no number."""
    return f"{value:.4g}" if math.isfinite(value) else "-"
