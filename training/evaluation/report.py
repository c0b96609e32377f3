"""What an evaluation found. Nothing here needs torch, so that a window can show a report it has read."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Better = Literal["lower", "higher", ""]
SIGNS: dict[Better, str] = {"lower": "↓", "higher": "↑", "": ""}
WORDS: dict[Better, str] = {"lower": "less is better", "higher": "more is better", "": ""}
"""Which way is better, as a sign and in words."""
REPORT = "report.json"
"""What the file of a report is called, in a folder of its own or printed by a person."""


@dataclass(frozen=True)
class Figure:
    """One number.

    Attributes
    ----------
    name
        Unique in a report. What a distance is measured in stands in brackets: `frechet[encoder]`; `fid` is always
        Inception's.
    value, spread
        The spread is a standard deviation over what `over` says.
    count
        From how many pictures.
    better
        Which way is better; empty where neither is.
    meaning
        One sentence for who has never heard of it.
    floor, floor_count
        The same figure of real pictures that the model has never seen, in place of the model's, and how many of them.
    """

    name: str
    value: float
    spread: float
    over: str
    count: int
    better: Better
    meaning: str
    floor: float | None = None
    floor_count: int = 0


@dataclass(frozen=True)
class Sheet:
    """A picture of pictures: `png` is the file in base64; of a kept report it may lie beside it, in `file`."""

    title: str
    caption: str
    png: str
    file: str = ""

    @property
    def bytes(self) -> bytes:
        """The PNG file."""
        return base64.b64decode(self.png)


@dataclass(frozen=True)
class Histogram:
    """Shares of several groups in the same bins; `edges` has one entry more than each of `series`."""

    title: str
    unit: str
    edges: list[float]
    series: dict[str, list[float]]


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers, as many as there are columns."""

    title: str
    columns: list[str]
    rows: list[list[str | float]]


@dataclass(frozen=True)
class Outcome:
    """What one metric found.

    `remarks` are sentences: a verdict, or what would be needed for more.
    """

    figures: list[Figure] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    histograms: list[Histogram] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """An evaluation: what of, on what, and the outcome of each metric by its name.

    `missed` says for the others why there is none; `versions` are those of the metrics.
    """

    subject: Mapping[str, Any]
    data: Mapping[str, Any]
    settings: Mapping[str, Any]
    outcomes: Mapping[str, Outcome]
    titles: Mapping[str, str]
    missed: Mapping[str, str]
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def figures(self) -> list[Figure]:
        """All figures, in the order of the metrics."""
        return [figure for outcome in self.outcomes.values() for figure in outcome.figures]


def outcome_as_json(outcome: Outcome, *, pictures: bool = True) -> dict[str, Any]:
    """Ready for `json`; `outcome_from_json` reads it back."""
    values = asdict(outcome)
    if not pictures:
        del values["sheets"]
    return values


def outcome_from_json(values: Mapping[str, Any]) -> Outcome:
    """What `outcome_as_json` gave; a TypeError or KeyError where it is something else."""
    return Outcome(
        [figure_from_json(one) for one in values["figures"]],
        [Sheet(**one) for one in values["sheets"]],
        [Histogram(**one) for one in values["histograms"]],
        [_table(one) for one in values["tables"]],
        [str(one) for one in values["remarks"]],
    )


def figure_from_json(values: Mapping[str, Any]) -> Figure:
    """A figure whose value JSON could not hold is no number again; a TypeError where it is something else."""
    figure = Figure(**values)
    return replace(figure, value=_number(figure.value), spread=_number(figure.spread))


def _table(values: Mapping[str, Any]) -> Table:
    table = Table(**values)
    return replace(table, rows=[[_number(one) for one in row] for row in table.rows])


def _number(value: Any) -> Any:
    return math.nan if value is None else value


def finite(value: Any) -> Any:
    """JSON knows no NaN: None in its place."""
    if isinstance(value, Mapping):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def report_as_json(report: Report, *, pictures: bool = False) -> dict[str, Any]:
    """Ready for `json`."""
    return {
        "subject": dict(report.subject),
        "data": dict(report.data),
        "settings": dict(report.settings),
        "figures": {figure.name: asdict(figure) for figure in report.figures},
        "metrics": {name: outcome_as_json(one, pictures=pictures) for name, one in report.outcomes.items()},
        "titles": dict(report.titles),
        "missed": dict(report.missed),
        "versions": dict(report.versions),
    }


def report_from_json(values: Mapping[str, Any]) -> Report:
    """What `report_as_json` gave with pictures; a TypeError, KeyError or ValueError where it is something else."""
    outcomes = {str(name): outcome_from_json(one) for name, one in values["metrics"].items()}
    titles, missed, versions = (dict(values[name]) for name in ("titles", "missed", "versions"))
    subject, data, settings = (dict(values[name]) for name in ("subject", "data", "settings"))
    return Report(subject, data, settings, outcomes, titles, missed, versions)
