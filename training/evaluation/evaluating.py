"""From material to a report, with what was computed before taken from the cache."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.data.cache import cache_file
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import Metric, metric_named
from training.evaluation.report import Outcome, Report, outcome_as_json, outcome_from_json
from training.evaluation.watching import Watcher
from training.files import replace_text


@dataclass(frozen=True)
class About:
    """What a report says of the model and of the pictures beside the figures; ready for JSON."""

    subject: Mapping[str, Any]
    data: Mapping[str, Any]


def evaluate(material: Material, metrics: Sequence[str], about: About, watcher: Watcher | None = None) -> Report:
    """Ask each of the metrics by its name.

    What is decided by the model, the pictures, the metric, the number of samples and the seed is computed
    once. Whatever `material.tick` raises ends the work; what was finished is kept. A remark that several metrics
    make is told once.
    """
    outcomes: dict[str, Outcome] = {}
    titles: dict[str, str] = {}
    missed: dict[str, str] = {}
    versions: dict[str, int] = {}
    told: set[str] = set()
    watcher = watcher or Watcher()
    settings = material.settings
    made = {"samples": settings.samples, "seed": settings.seed, "held_out": settings.held_out}
    report = Report(about.subject, about.data, made, outcomes, titles, missed, versions)
    chosen = sorted(((name, metric_named(name)) for name in metrics), key=lambda pair: pair[1].place)
    for number, (name, metric) in enumerate(chosen, 1):
        titles[name], versions[name] = metric.title, metric.version
        watcher.begins(name, metric.title, number, len(chosen))
        try:
            outcome = _kept_or_measured(material, name, metric)
        except UnavailableError as error:
            missed[name] = str(error)
        else:
            outcomes[name] = replace(outcome, remarks=[remark for remark in outcome.remarks if remark not in told])
            told.update(outcome.remarks)
        watcher.grown(report)
    return report


def _kept_or_measured(material: Material, name: str, metric: Metric) -> Outcome:
    path = _cache_path(material, name, metric)
    with suppress(OSError, ValueError, TypeError, KeyError):
        return outcome_from_json(json.loads(path.read_text("utf-8")))
    outcome = metric.measure(material)
    with suppress(OSError):  # a full or read-only disk only costs the cache
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, json.dumps(outcome_as_json(outcome)))
    return outcome


def _cache_path(material: Material, name: str, metric: Metric) -> Path:
    subject, settings = material.subject, material.settings
    networks = [_identity(material, kind) for kind in metric.features]
    networks += [file.digest(settings.features) for file in metric.files]
    return cache_file(
        "evaluation", name, metric.version, subject.sha256, subject.judge.sha256 if subject.judge else "",
        material.images.fingerprint, settings.samples, settings.seed, settings.held_out, networks,
    ).with_suffix(".json")  # fmt: skip


def _identity(material: Material, kind: str) -> str:
    try:
        return material.features(kind).identity
    except UnavailableError as error:
        return str(error)
