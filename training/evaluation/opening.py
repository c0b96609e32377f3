"""From a run or a checkpoint and the name of a data set to the material of an evaluation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from training.checkpoint import CheckpointHeader, NotOursError
from training.config import DataSection
from training.data.images import BUILTIN, ImageSet, Progress, open_images
from training.errors import TrainingError
from training.evaluation.evaluating import About
from training.evaluation.judging import open_judge
from training.evaluation.known_factors import factors_of
from training.evaluation.material import Material, Settings
from training.evaluation.native import NativeSubject, open_checkpoint
from training.run import Run, read_run


class Open(Protocol):
    """How `open_material` is called."""

    def __call__(
        self, target: Path, source: str, settings: Settings, tick: Progress, *, held_out: float | None = None
    ) -> tuple[Material, About]: ...


def open_material(
    target: Path, source: str, settings: Settings, tick: Progress, *, held_out: float | None = None
) -> tuple[Material, About]:
    """Open the best (else the last) checkpoint of a run, or a checkpoint file, and pictures of its size.

    The pictures are split as they were in the training, so that what is held out has never been trained on.

    Raises
    ------
    TrainingError
        Something cannot be used; the text says what.
    """
    run = _run_of(target)
    path = target if target.is_file() else _checkpoint_of(target, run)
    try:
        subject, header = open_checkpoint(path)
    except NotOursError as error:
        raise TrainingError(f"{error}; 'dinoexplorer evaluate' measures checkpoints of other programs") from error
    if run is not None and target.is_dir():
        subject.judge = open_judge(run, len(header.classes))
    recorded: dict[str, Any] = dict(header.training.get("dataset", {}))
    if held_out is None:
        trained = run.config.data.held_out if run is not None else DataSection().held_out
        held_out = float(recorded.get("held_out", trained))
    images = _open_images(source, subject, header, recorded, tick)
    factors = None
    if source.startswith(BUILTIN):
        factors = factors_of(images.names, _seed(header), float(recorded.get("variation") or 1.0))
    material = Material(subject, images, replace(settings, held_out=max(held_out, images.held_out)), tick, factors)
    return material, _about(material, path, source, header, recorded)


def _run_of(target: Path) -> Run | None:
    folder = target if target.is_dir() else target.parent.parent
    if not (folder / "config.toml").is_file():
        return None
    with suppress(TrainingError):
        return read_run(folder)
    return None


def _checkpoint_of(target: Path, run: Run | None) -> Path:
    if run is None:
        raise TrainingError(f"{target} is neither a checkpoint file nor the folder of a run")
    path = run.best_checkpoint or run.last_checkpoint
    if path is None:
        raise TrainingError(f"{target} has no checkpoint to evaluate yet")
    return path


def _open_images(
    source: str, subject: NativeSubject, header: CheckpointHeader, recorded: dict[str, Any], tick: Progress
) -> ImageSet:
    builtin = source.startswith(BUILTIN)
    return open_images(
        source, size=subject.size, channels=1 if subject.grey else 3,
        count=int(recorded.get("count") or DataSection().count) if builtin else None, seed=_seed(header),
        variation=float(recorded.get("variation") or 1.0), fit=recorded.get("fit") or "crop", progress=tick,
    )  # fmt: skip


def _seed(header: CheckpointHeader) -> int:
    return int(header.training.get("seed") or 0)


def _about(material: Material, path: Path, source: str, header: CheckpointHeader, recorded: dict[str, Any]) -> About:
    images, subject = material.images, material.subject
    return About(
        {
            "name": str(path), "sha256": subject.sha256, "family": header.family, "size": subject.size,
            "dim": subject.dim, "step": header.training.get("step"), "images_seen": header.training.get("images_seen"),
        },
        {
            "source": source, "count": len(images), "training": len(material.train_rows),
            "held_out": len(material.held_rows), "classes": len(images.classes), "fingerprint": images.fingerprint,
            "as_trained": recorded.get("fingerprint") == images.fingerprint,
        },
    )  # fmt: skip
