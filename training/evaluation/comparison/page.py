"""A comparison as one HTML file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from training.evaluation.comparison.courses import AXES, axes_of, plot_of
from training.evaluation.comparison.entries import Entry
from training.evaluation.comparison.ranking import Column, columns_of
from training.evaluation.comparison.svg import plot_svg
from training.evaluation.comparison.tables import RULE, cell, doubts_of
from training.evaluation.report import SIGNS


def comparison_html(entries: Sequence[Entry]) -> str:
    """The table, what each figure means, and each figure against whatever the entries differ in."""
    style = "".join(
        (files("resources") / "report" / name).read_text("utf-8") for name in ("report.css", "comparison.css")
    )
    columns = columns_of(entries)
    title = f"{len(entries)} models compared" if len(entries) != 1 else "One model"
    doubts = "".join(f'<p class="remark">{escape(doubt)}</p>' for doubt in doubts_of(columns))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>\n<body>'
        f'<h1>{escape(title)}</h1><p class="facts">{escape(_facts(entries))}</p>\n'
        f'<section><div class="wide">{_table(entries, columns)}</div>'
        f'<p class="remark">{escape(RULE)}</p>{doubts}</section>\n'
        f"{''.join(_plots(entries, columns, axis) for axis in axes_of(entries))}"
        f"{_meanings(columns)}</body></html>\n"
    )


def _facts(entries: Sequence[Entry]) -> str:
    sources = list(dict.fromkeys(entry.source for entry in entries))
    counts = sorted({entry.samples for entry in entries})
    return f"pictures of {', '.join(sources)} · {' and '.join(f'{count:,}' for count in counts)} samples each"


def _table(entries: Sequence[Entry], columns: Sequence[Column]) -> str:
    head = "".join(
        f'<th title="{escape(column.meaning)}">{escape(column.name)} {SIGNS[column.better]}</th>' for column in columns
    )
    rows = "".join(_row(place, entry, columns) for place, entry in enumerate(entries))
    return f"<table><tr><th>model</th><th>family</th><th>px</th><th>z</th><th>images seen</th>{head}</tr>{rows}</table>"


def _row(place: int, entry: Entry, columns: Sequence[Column]) -> str:
    seen = "–" if entry.images_seen is None else f"{entry.images_seen:,}"
    facts = "".join(f"<td>{escape(str(one))}</td>" for one in (entry.family, entry.size, entry.dim, seen))
    cells = "".join(_cell(column, place) for column in columns)
    return f'<tr><th scope="row" title="{escape(entry.checkpoint)}">{escape(entry.label)}</th>{facts}{cells}</tr>'


def _cell(column: Column, place: int) -> str:
    figure = column.figures[place]
    text = escape(cell(figure))
    title = "" if figure is None else f' title="n = {figure.count}, spread over {escape(figure.over)}"'
    return f'<td class="best"{title}><b>{text}</b> best</td>' if place == column.best else f"<td{title}>{text}</td>"


def _plots(entries: Sequence[Entry], columns: Sequence[Column], axis: str) -> str:
    plots = [plot_of(entries, column.name, axis) for column in columns]
    drawings = "".join(
        f"<figure>{plot_svg(plot)}</figure>" for plot in plots if len({one.x for one in plot.points}) > 1
    )
    return (
        f'<section><h2>Against {escape(AXES[axis])}</h2><div class="plots">{drawings}</div></section>\n'
        if drawings
        else ""
    )


def _meanings(columns: Sequence[Column]) -> str:
    rows = "".join(f"<dt>{escape(column.name)}</dt><dd>{escape(column.meaning)}</dd>" for column in columns)
    return f"<section><h2>What the figures say</h2><dl>{rows}</dl></section>\n"
