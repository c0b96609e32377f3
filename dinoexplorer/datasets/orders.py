"""What a dataset is made of and how: as the words of `dinotrain prepare`, and back from a finished one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from training.data.dataset import read_about
from training.data.images import DataError
from training.data.workshop.preparation import Crop, Preparation

__all__ = ["Crop", "Preparation"]  # which the window may not take from `training.data` itself
NETWORK_KINDS = ("kaggle:", "huggingface:", "search:")
PRESETS = ("reference-dinosaurs",)
IN_WORDS = {
    "duplicate": "the same as another", "near-duplicate": "nearly the same as another, which is better",
    "small": "too small", "extreme-aspect": "too long and narrow", "uniform": "nearly one colour",
    "unreadable": "cannot be read", "refused": "refused before they were read", "by-hand": "left out by hand",
}  # fmt: skip
"""Why pictures are left out: what the codes mean."""
_TEXT_OF_ADDRESSES = {".txt", ".urls"}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a preparation is.

    Attributes
    ----------
    total
        0 while it is not known.
    taken, left_out
        Pictures so far; None where the command does not say.
    """

    what: str
    done: int
    total: int
    taken: int | None = None
    left_out: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a preparation came to."""

    looked_at: int
    taken: int
    new: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    interrupted: bool = False


def prepare_words(preparation: Preparation) -> list[str]:
    """The words after `dinotrain` that prepare it and tell in lines of JSON how far they are."""
    wanted = preparation
    words = ["prepare", "--out", str(wanted.out), "--size", str(wanted.size), "--crop", wanted.crop]
    words += ["--labels", wanted.labels, "--background", wanted.background]
    words += ["--smallest", str(wanted.smallest), "--widest", f"{wanted.widest:g}", f"--near={wanted.near}"]
    words += ["--held-out", f"{wanted.held_out:g}"]
    for flag, on in (
        ("--grey", wanted.channels == 1),
        ("--linear-light", wanted.gamma_correct),
        ("--all-frames", wanted.every_frame),
        ("--yes-network", wanted.network),
    ):
        words += [flag] if on else []
    words += ["--jpeg", str(wanted.quality)] if wanted.quality else []
    return [*words, "--progress", "json", "--", *wanted.sources]


def step_of(told: Mapping[str, Any]) -> Step | None:
    """The step that a line tells; None where it tells something else."""
    values = told.get("progress")
    if not isinstance(values, dict):
        return None
    return Step(
        str(values.get("what", "")), _count(values.get("done")) or 0, _count(values.get("total")) or 0,
        _count(values.get("taken")), _count(values.get("left_out")),
    )  # fmt: skip


def outcome_of(told: Mapping[str, Any]) -> Outcome | None:
    """What it came to, where a line tells that."""
    values = told.get("prepared")
    if not isinstance(values, dict):
        return None
    left = values.get("left_out")
    counts = {str(reason): _count(count) or 0 for reason, count in left.items()} if isinstance(left, dict) else {}
    looked_at, taken, new = (_count(values.get(name)) or 0 for name in ("looked_at", "taken", "new"))
    return Outcome(looked_at, taken, new, counts, bool(values.get("interrupted")))


def preparation_of(folder: Path) -> Preparation:
    """How a dataset was made, so that it can be made again; what its file does not say is as usual.

    Raises
    ------
    DataError
        The folder is no dataset, or does not say what it was made of.
    """
    options = read_about(folder).options
    sources = options.get("sources")
    if not isinstance(sources, list | tuple) or not sources:
        raise DataError(f"{folder} does not say what it was made of; prepare it again from its pictures")
    known = {each.name: options[each.name] for each in fields(Preparation) if each.name in options}
    return Preparation(**{**known, "sources": tuple(map(str, sources)), "out": folder})


def needs_network(source: str) -> bool:
    """Whether a source is asked for on the network; a text file is taken for a list of addresses."""
    text = source.strip()
    return text.startswith((*NETWORK_KINDS, *PRESETS)) or Path(text).suffix.lower() in _TEXT_OF_ADDRESSES


def free_folder(home: Path, sources: tuple[str, ...], size: int) -> Path:
    """A folder for a new dataset that is not there yet, named after its first source."""
    first = sources[0] if sources else "dataset"
    for kind in NETWORK_KINDS:
        first = first.removeprefix(kind)
    name = Path(first).name.partition(".")[0] or "dataset"
    number = 1
    while (path := home / f"{name}-{size}{f'-{number}' if number > 1 else ''}").exists():
        number += 1
    return path


def problem_of(preparation: Preparation) -> str:
    """Why this cannot be prepared, as a sentence; nothing where it can be tried."""
    from training.data.workshop.workplace import refuse  # noqa: PLC0415  only when a preview is made

    sources = preparation.sources
    if not sources:
        return "Add a folder, an archive or another source of pictures."
    asking = next((source for source in sources if needs_network(source)), "")
    if asking and not preparation.network and Path(asking).suffix.lower() in _TEXT_OF_ADDRESSES:
        name = Path(asking).name
        return f"{name} is read as a list of web addresses: tick that they may be asked, or take it off the list."
    if asking and not preparation.network:
        return f"{Path(asking).name} is on the network: tick that it may be asked, or take it off the list."
    try:
        refuse(preparation)
    except (DataError, OSError) as error:
        return f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}."
    return ""


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
