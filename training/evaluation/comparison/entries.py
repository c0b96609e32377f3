"""What a comparison takes from a report: which model it is of, on which pictures, and its figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.evaluation.report import REPORT, Figure, Report, figure_from_json, report_as_json

_CHECKPOINTS = "checkpoints"
_NO_NAMES = {_CHECKPOINTS, ""}


@dataclass(frozen=True)
class Entry:
    """One report.

    Attributes
    ----------
    label
        What it is called beside the others: short, and one of a kind.
    run
        Which checkpoints belong to one training: the path of its folder, else of the file alone.
    size, dim
        Side of its pictures in pixels, and numbers of a code.
    step, images_seen
        None where the checkpoint does not say.
    pictures
        What decides the real pictures that it was measured on, and which of them it had not seen.
    samples, seed
        How it was measured.
    """

    label: str
    run: str
    checkpoint: str
    family: str
    size: int
    dim: int
    step: int | None
    images_seen: int | None
    pictures: str
    source: str
    samples: int
    seed: int
    figures: Mapping[str, Figure]


def entries_of(reports: Sequence[Report]) -> list[Entry]:
    """Of reports that were just made."""
    return told_apart([_entry(report_as_json(report)) for report in reports])


def read_entries(paths: Sequence[Path]) -> list[Entry]:
    """Of files that hold what `dinotrain evaluate --json` printed, or folders with such a `report.json`.

    Raises
    ------
    TrainingError
        One of them cannot be read or is something else.
    """
    return told_apart([read_entry(path) for path in paths])


def read_entry(path: Path) -> Entry:
    """Of one file; see `read_entries`. Its label may be that of another one too."""
    path = path / REPORT if path.is_dir() else path
    try:
        return _entry(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror or error}; name a report.json") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrainingError(
            f"{path} is no report ({type(error).__name__}: {error});"
            " 'dinotrain evaluate RUN --data DATASET --json' makes one"
        ) from error


def told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries, where labels that several have are told apart by what differs: family, size, z, samples, seed.

    What nothing tells apart is numbered.
    """
    entries = list(entries)
    for detail in (
        lambda one: one.family,
        lambda one: f"{one.size} px",
        lambda one: f"z = {one.dim}",
        lambda one: f"{one.samples:,} samples",
        lambda one: f"seed {one.seed}",
    ):
        for label in _shared(entries):
            alike = [place for place, one in enumerate(entries) if one.label == label]
            if len({detail(entries[place]) for place in alike}) > 1:
                for place in alike:
                    entries[place] = replace(entries[place], label=f"{label}, {detail(entries[place])}")
    for label in _shared(entries):
        alike = [place for place, one in enumerate(entries) if one.label == label]
        for number, place in enumerate(alike, 1):
            entries[place] = replace(entries[place], label=f"{label} ({number})")
    return entries


def _shared(entries: Sequence[Entry]) -> list[str]:
    return [label for label, count in Counter(one.label for one in entries).items() if count > 1]


def _entry(values: Mapping[str, Any]) -> Entry:
    subject, data, settings = values["subject"], values["data"], values["settings"]
    path = Path(str(subject["name"]))
    label, run = _names(path)
    figures = {str(name): figure_from_json(one) for name, one in values["figures"].items()}
    return Entry(
        label, run, str(path), str(subject["family"]), int(subject["size"]), int(subject["dim"]),
        _whole(subject.get("step")), _whole(subject.get("images_seen")),
        f"{data['fingerprint']} {settings['held_out']}", str(data["source"]),
        int(settings["samples"]), int(settings["seed"]), figures,
    )  # fmt: skip


def _names(path: Path) -> tuple[str, str]:
    """A short name for a checkpoint, and what stands for its run."""
    if path.parent.name != _CHECKPOINTS or path.parent.parent.name in _NO_NAMES:
        return path.stem, str(path)
    folder = path.parent.parent
    step = path.stem.removeprefix("step-").lstrip("0")
    return f"{folder.name} {f'step {step}' if step.isdecimal() else path.stem}", str(folder)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
