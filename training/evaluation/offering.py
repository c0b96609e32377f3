"""Which metrics a checkpoint can be asked, told before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from training.checkpoint import read_header, read_shapes
from training.data.images import BUILTIN
from training.errors import TrainingError
from training.evaluation.features.inception import FILE as INCEPTION
from training.evaluation.metrics import Metric, Need, metric_named, metric_names
from training.evaluation.subject import NO_ENCODER, NO_LIKELIHOOD
from training.models import family_named
from training.run import Run, read_run


@dataclass(frozen=True)
class Offer:
    """One metric, as it is offered.

    Attributes
    ----------
    reason
        Why it cannot be asked; empty where it can.
    note
        What would make it tell more.
    command
        The line to type that would change either; empty where there is none.
    """

    name: str
    title: str
    question: str
    effort: str
    reason: str = ""
    note: str = ""
    command: str = ""


def offers(target: Path, source: str, held_out: float, features: Path) -> list[Offer]:
    """All metrics in the order of a report, for a checkpoint (or the folder of a run) on pictures.

    Raises
    ------
    TrainingError
        The checkpoint is none that can be evaluated; the text says why.
    """
    return offers_without(_lacking(target, source, held_out), features)


def offers_without(lacking: Mapping[Need, str], features: Path) -> list[Offer]:
    """All metrics in the order of a report, where of what they need some is not there: the sentences say why."""
    named = sorted(((name, metric_named(name)) for name in metric_names()), key=lambda pair: pair[1].place)
    offered, told = [], False
    for name, metric in named:
        offer = _offer(name, metric, lacking, features)
        offered.append(replace(offer, note="", command="") if offer.note and told else offer)
        told = told or bool(offer.note)
    return offered


def run_to_ask(checkpoint: Path) -> Path:
    """The folder of the run in place of the checkpoint that it would choose: there its discriminator is found."""
    if checkpoint.parent.name != "checkpoints":
        return checkpoint
    with suppress(TrainingError):
        run = read_run(checkpoint.parent.parent)
        if checkpoint == (run.best_checkpoint or run.last_checkpoint):
            return run.folder
    return checkpoint


def _offer(name: str, metric: Metric, lacking: Mapping[Need, str], features: Path) -> Offer:
    offer = (name, metric.title, metric.question, metric.effort)
    reason = next((lacking[need] for need in metric.needs if need in lacking), "")
    if reason:
        return Offer(*offer, reason=reason)
    missing = [file for file in metric.files if "weights" in metric.needs and file.found(features) is None]
    if missing:
        commands = " && ".join(file.command(features) for file in missing)
        return Offer(*offer, reason=f"needs {' and '.join(file.what for file in missing)}", command=commands)
    if "inception" in metric.features and INCEPTION.found(features) is None:
        note = f"without {INCEPTION.what} this and the like are told in other features, and named for them"
        return Offer(*offer, note=note, command=INCEPTION.command(features))
    return Offer(*offer)


def _lacking(target: Path, source: str, held_out: float) -> dict[Need, str]:
    """What is not there, and the sentence about it."""
    run = read_run(target) if target.is_dir() else None
    path = target if run is None else run.best_checkpoint or run.last_checkpoint
    if path is None:
        raise TrainingError(f"{target} has no checkpoint to evaluate yet")
    header = read_header(path)
    encoder = any(name.startswith("encoder.") for name in read_shapes(path))
    found: dict[Need, tuple[Callable[[], bool], str]] = {
        "encoder": (lambda: encoder, NO_ENCODER),
        "likelihood": (lambda: encoder and "beta" in (header.config.get("objective") or {}), NO_LIKELIHOOD),
        "discriminator": (
            lambda: run is not None and _has_discriminator(run, len(header.classes)),
            "there is no discriminator: only the best checkpoint of a GAN's run still has one",
        ),
    }  # fmt: skip
    lacking = {need: sentence for need, (there, sentence) in found.items() if not there()}
    return lacking | lacking_of_pictures(source, held_out)


def lacking_of_pictures(source: str, held_out: float) -> dict[Need, str]:
    """What pictures do not offer, whatever is compared with them, and the sentences about it."""
    found: dict[Need, str] = {}
    if not source.startswith(BUILTIN):
        found["factors"] = "what stands behind these pictures is known only of built-in ones"
    if held_out <= 0:
        found["held_out"] = "there are no held-out pictures: give a share above 0"
    return found


def _has_discriminator(run: Run, classes: int) -> bool:
    if not (run.folder / "checkpoints" / "state.pt").is_file():
        return False
    with suppress(TrainingError):
        config = run.config
        return hasattr(family_named(config.family).build(config, classes), "discriminator")
    return False
