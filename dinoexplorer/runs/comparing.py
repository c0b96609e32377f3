"""Runs beside each other: what differs, how the loss depends on it, and their pictures at the same place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinoexplorer.runs.views import JUDGED, RunDetail
from training.evaluation.direction import higher_is_better

_NO_SETTINGS = {"name", "recipe"}
_ROWS = 8


@dataclass(frozen=True, slots=True)
class PictureRow:
    """The sheets of all runs nearest to a number of pictures seen.

    Attributes
    ----------
    images_seen
        The place of the row.
    sheets
        One for each run, in the order of the details: what it had seen, and the file; None for a run without sheets
        near this place.
    """

    images_seen: int
    sheets: tuple[tuple[int, Path] | None, ...]


def differing(details: Sequence[RunDetail]) -> tuple[str, ...]:
    """The settings in which the runs differ, sorted; one that some of them lack counts as different."""
    keys = sorted({key for detail in details for key in detail.settings} - _NO_SETTINGS)
    return tuple(key for key in keys if len({repr(detail.settings.get(key)) for detail in details}) > 1)


def loss_against(
    details: Sequence[RunDetail], key: str, metric: str = JUDGED
) -> tuple[tuple[Any, ...], NDArray[np.float64]]:
    """The best value of a metric for each value of a setting, in the order of the setting.

    Returns
    -------
    values, losses
        Values of the setting that a run has, sorted, and the best metric of the runs with it (the lowest, or the
        highest where more is better), (n,); runs without the metric are left out.
    """
    best: dict[Any, float] = {}
    choose = max if higher_is_better(metric) else min
    for detail in details:
        value, curve = detail.settings.get(key), detail.curves.get(metric)
        value = tuple(value) if isinstance(value, list) else value
        if value is None or curve is None or not len(curve[1]):
            continue
        reached = float(choose(curve[1]))
        best[value] = choose(best.get(value, reached), reached)
    try:
        values = sorted(best)
    except TypeError:  # text and numbers
        values = sorted(best, key=str)
    return tuple(values), np.array([best[value] for value in values], np.float64)


def judged_by(details: Sequence[RunDetail]) -> str:
    """The figure by which all of these runs judge themselves; `JUDGED` where they differ in that."""
    figures = {detail.row.judged for detail in details}
    return figures.pop() if len(figures) == 1 else JUDGED


def more_is_better(metric: str) -> bool:
    """Which way a metric is better."""
    return higher_is_better(metric)


def picture_table(details: Sequence[RunDetail], rows: int = _ROWS) -> tuple[PictureRow, ...]:
    """Sheets of all runs at the same numbers of pictures seen, first to last; at most ``rows`` rows.

    The places are those of the run with the most sheets. A run that is not there yet, or has ended long before, shows
    nothing at a place that is further from its nearest sheet than the places are from each other.
    """
    seen = [_sheets_by_images(detail) for detail in details]
    longest = max(seen, key=lambda sheets: (len(sheets), sheets[-1][0] if sheets else 0), default=[])
    if not longest:
        return ()
    chosen = np.unique(np.linspace(0, len(longest) - 1, min(rows, len(longest)), dtype=int))
    places = [longest[index][0] for index in chosen]
    reach = max(np.diff(places), default=math.inf) if len(places) > 1 else math.inf
    return tuple(PictureRow(place, tuple(_nearest(sheets, place, reach) for sheets in seen)) for place in places)


def images_at(detail: RunDetail, step: int) -> int:
    """How many pictures a run had seen at a step."""
    row = detail.row
    if row.step > 0 and row.images_seen > 0:
        return round(step * row.images_seen / row.step)
    batch, parts = detail.settings.get("batch_size", 1), detail.settings.get("accumulate", 1)
    return int(step * batch * parts)


def _sheets_by_images(detail: RunDetail) -> list[tuple[int, Path]]:
    return [(images_at(detail, step), path) for step, path in detail.samples]


def _nearest(sheets: Sequence[tuple[int, Path]], place: int, reach: float) -> tuple[int, Path] | None:
    if not sheets:
        return None
    found = min(sheets, key=lambda sheet: abs(sheet[0] - place))
    return found if abs(found[0] - place) <= reach else None
