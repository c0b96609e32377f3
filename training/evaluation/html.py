"""A report as one HTML file that needs nothing beside it."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from training.evaluation.report import Figure, Histogram, Outcome, Report, Sheet, Table
from training.evaluation.tables import ARROWS, figure_detail, number, remark_on_pictures, title_of, with_spread

_WIDTH, _HEIGHT = 560, 150


def report_html(report: Report) -> str:
    """The whole page: style, numbers, curves (SVG) and pictures (PNG) in one text."""
    style = (files("resources") / "report" / "report.css").read_text("utf-8")
    title = title_of(report.subject)
    sections = "\n".join(
        _section(report.titles[name], outcome) for name, outcome in report.outcomes.items() if _holds(outcome)
    )
    missed = "".join(
        f"<li><b>{escape(report.titles[name])}</b>: {escape(reason)}</li>" for name, reason in report.missed.items()
    )
    remark = remark_on_pictures(report.data)
    warning = f'<p class="warning">{escape(remark)}</p>' if remark else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>\n<body>'
        f"<h1>{escape(title)}</h1>{_facts(report)}{warning}\n{sections}\n"
        + (f"<section><h2>Not measured</h2><ul>{missed}</ul></section>" if missed else "")
        + "</body></html>\n"
    )


def _holds(outcome: Outcome) -> bool:
    return bool(outcome.figures or outcome.sheets or outcome.remarks)


def _facts(report: Report) -> str:
    data, settings = report.data, report.settings
    facts = [
        str(report.subject["name"]),
        f"sha256 {str(report.subject['sha256'])[:16]}",
        f"{data['count']:,} pictures of {data['source']}, {data['held_out']:,} held out",
        f"{settings['samples']:,} samples, seed {settings['seed']}",
    ]
    return f'<p class="facts">{" · ".join(map(escape, facts))}</p>'


def _section(title: str, outcome: Outcome) -> str:
    parts = [f"<section><h2>{escape(title)}</h2>"]
    parts += [f'<p class="remark">{escape(remark)}</p>' for remark in outcome.remarks]
    if outcome.figures:
        parts.append(f'<div class="figures">{"".join(map(_figure, outcome.figures))}</div>')
    parts += map(_histogram, outcome.histograms)
    parts += map(_table, outcome.tables)
    parts += map(_sheet, outcome.sheets)
    return "\n".join([*parts, "</section>"])


def _figure(figure: Figure) -> str:
    return (
        f'<div class="figure"><div class="name">{escape(figure.name)} <span>{ARROWS[figure.better]}</span></div>'
        f'<div class="value">{escape(with_spread(figure))}</div>'
        f'<div class="meaning">{escape(figure.meaning)}</div>'
        f'<div class="detail">{escape(figure_detail(figure))}</div></div>'
    )


def _sheet(sheet: Sheet) -> str:
    return (
        f"<figure><figcaption><b>{escape(sheet.title)}.</b> {escape(sheet.caption)}</figcaption>"
        f'<img alt="{escape(sheet.title)}" src="data:image/png;base64,{sheet.png}"></figure>'
    )


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(one if isinstance(one, str) else number(one))}</td>" for one in row) + "</tr>"
        for row in table.rows
    )
    return f"<table><caption>{escape(table.title)}</caption><tr>{head}</tr>{rows}</table>"


def _histogram(histogram: Histogram) -> str:
    """Steps, one line a group."""
    top = max((max(shares) for shares in histogram.series.values()), default=0.0) or 1.0
    bins = len(histogram.edges) - 1
    lines, legend = [], []
    for place, (name, shares) in enumerate(histogram.series.items()):
        points = []
        for index, share in enumerate(shares):
            y = _HEIGHT * (1 - share / top)
            points += [f"{_WIDTH * index / bins:.1f},{y:.1f}", f"{_WIDTH * (index + 1) / bins:.1f},{y:.1f}"]
        lines.append(f'<polyline class="series{place}" points="{" ".join(points)}"/>')
        legend.append(f'<span class="series{place}">{escape(name)}</span>')
    return (
        f"<figure><figcaption><b>{escape(histogram.title)}.</b> {' '.join(legend)}</figcaption>"
        f'<svg viewBox="-1 -2 {_WIDTH + 2} {_HEIGHT + 20}" role="img" aria-label="{escape(histogram.title)}">'
        f'<line x1="0" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}"/>{"".join(lines)}'
        f'<text x="0" y="{_HEIGHT + 15}">{number(histogram.edges[0])}</text>'
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT + 15}" text-anchor="middle">{escape(histogram.unit)}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT + 15}" text-anchor="end">{number(histogram.edges[-1])}</text></svg></figure>'
    )
