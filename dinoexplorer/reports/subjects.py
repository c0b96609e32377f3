"""What a checkpoint can be asked, on which pictures it was trained, and what was found of it before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.opening import read_info
from dinoexplorer.latent.map_data import data_of_checkpoint
from dinoexplorer.reports.identity import identity_of, is_ours
from dinoexplorer.reports.kept import KeptReport, reports_of
from training.checkpoint import read_header
from training.config import DataSection
from training.errors import TrainingError
from training.evaluation.subject import NO_ENCODER, NO_LIKELIHOOD
from training.run import Run, read_run

if TYPE_CHECKING:
    from training.evaluation.offering import Offer


@dataclass(frozen=True, eq=False)
class Subject:
    """A checkpoint as it is chosen to be evaluated.

    Attributes
    ----------
    target
        What the command is given: the checkpoint, or its run.
    trained_on
        The pictures of its training; empty where they are not known or not here.
    held_out
        Share of them that its training kept to itself.
    beside
        The checkpoints of its run, the best first, then the newest; none where it lies in none.
    problem
        Why it cannot be evaluated; then there are no offers.
    """

    path: Path
    target: Path
    trained_on: str = ""
    held_out: float = 0.0
    offers: tuple[Offer, ...] = ()
    reports: tuple[KeptReport, ...] = ()
    beside: tuple[Path, ...] = ()
    problem: str = ""


def look_at(path: Path, source: str = "", held_out: float | None = None) -> Subject:
    """Look at a checkpoint, to be evaluated on ``source``, by default on the pictures of its training."""
    from training.evaluation.features.weights import weights_folder  # noqa: PLC0415  it imports torch, as below
    from training.evaluation.offering import offers, run_to_ask  # noqa: PLC0415

    if not is_ours(path):
        return _look_at_foreign(path, source, held_out)
    try:
        header, target = read_header(path), run_to_ask(path)
        run = _run_of(path)
        data = data_of_checkpoint(path, header.training)
        trained_on = "" if data is None else data.source
        share = _held_out(header.training, run)
        offered = offers(target, source or trained_on, share if held_out is None else held_out, weights_folder())
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (TrainingError, OSError) as error:
        text = str(error) if isinstance(error, TrainingError) else f"{path}: {error.strerror or error}"
        return Subject(path, path, problem=text)
    return Subject(path, target, trained_on, share, tuple(offered), reports_of(sha256), _checkpoints_of(run))


def _look_at_foreign(path: Path, source: str, held_out: float | None) -> Subject:
    """Of another program: there is no run of it, and nothing tells which pictures it was trained on."""
    from training.evaluation.features.weights import weights_folder  # noqa: PLC0415  imports torch
    from training.evaluation.offering import lacking_of_pictures, offers_without  # noqa: PLC0415

    try:
        info = read_info(path)
    except GeneratorError as error:
        return Subject(path, path, problem=str(error))
    share = DataSection().held_out
    lacking = lacking_of_pictures(source, share if held_out is None else held_out)
    lacking |= {"likelihood": NO_LIKELIHOOD, "discriminator": "checkpoints of other programs open without theirs"}
    if not info.encoder:
        lacking["encoder"] = NO_ENCODER
    offered = offers_without(lacking, weights_folder())
    return Subject(path, path, "", share, tuple(offered), reports_of(identity_of(info)))


def _checkpoints_of(run: Run | None) -> tuple[Path, ...]:
    if run is None:
        return ()
    found = [one for one in (run.best_checkpoint, run.last_checkpoint) if one is not None]
    return (*found, *reversed(run.checkpoints))


def _run_of(path: Path) -> Run | None:
    if path.parent.name == "checkpoints":
        with suppress(TrainingError):
            return read_run(path.parent.parent)
    return None


def _held_out(training: Mapping[str, Any], run: Run | None) -> float:
    """As the command has it where nobody says otherwise."""
    dataset = training.get("dataset")
    recorded = dataset.get("held_out") if isinstance(dataset, dict) else None
    if isinstance(recorded, int | float):
        return float(recorded)
    return run.config.data.held_out if run is not None else DataSection().held_out
