"""From a configuration to a training in memory: the pictures, what is wrong with them, the model, its saved state."""

from __future__ import annotations

import numpy as np

from training.config import RunConfig
from training.data.images import DataError, ImageSet, Progress, open_images
from training.device import limit_threads
from training.distributed import Group
from training.environment import describe_environment
from training.errors import TrainingError
from training.reporting import Reporter
from training.run import RunWriter
from training.session import Session
from training.state import load_state
from training.steering import Steering


def prepare(run: RunWriter, steering: Steering, reporter: Reporter, group: Group) -> Session:
    """Open the pictures, build the model, go to the saved state."""
    limit_threads()

    def tick(what: str, done: int, total: int) -> None:
        steering.tick(what, done, total)
        reporter.progress(what, done, total)

    images = open_training_images(run.config, tick)
    for skipped in images.skipped:
        reporter.line(f"left out {skipped.name}: {skipped.reason}")
    for warning in check_images(images, run.config):
        reporter.line(warning)
    group.share(images.fingerprint.encode())
    session = Session(run.config, images, group)
    try:
        environment = describe_environment(session.device, session.precision)
        extra = {"seed": run.config.seed, "processes": group.size, "dataset_fingerprint": images.fingerprint}
        run.write_environment({**environment, **extra})
        saved = run.state_file.read_bytes() if run.state_file.is_file() else b""
        take_over(session, run, saved)
    except BaseException:
        session.close()
        raise
    _introduce(session, reporter)
    return session


def open_training_images(config: RunConfig, progress: Progress) -> ImageSet:
    """The pictures that a configuration names."""
    builtin = config.data.source.startswith("builtin:")
    return open_images(
        config.data.source, size=config.image.size, channels=config.image.channels,
        count=config.data.count if builtin else None, seed=config.seed, variation=config.data.variation,
        fit=config.data.fit, progress=progress,
    )  # fmt: skip


def take_over(session: Session, run: RunWriter, saved: bytes) -> None:
    """Go to a saved state, if there is one, in every process of the group."""
    if saved := session.group.share(saved):
        load_state(session, run.state_file, saved)


def check_images(images: ImageSet, config: RunConfig) -> list[str]:
    """Warnings about a set of pictures.

    Raises
    ------
    DataError
        Nothing can be learnt from it.
    """
    source = config.data.source
    if len(images) == 1:
        raise DataError(
            f"there is only one picture in {source}; a model needs at least two, and a few hundred to be any good"
        )
    if (images.hashes == images.hashes[0]).all():
        raise DataError(f"all {len(images)} pictures in {source} are the same; there is nothing to learn from them")
    counts = np.bincount(images.labels[images.labels >= 0], minlength=len(images.classes))
    lonely = [name for name, count in zip(images.classes, counts, strict=True) if count == 1]
    return [
        f"warning: the class {name!r} has a single picture; a model can only learn that picture by heart"
        for name in lonely
    ]


def _introduce(session: Session, reporter: Reporter) -> None:
    if session.step:
        reporter.line(f"resuming at step {session.step}")
    if session.group.size > 1:
        reporter.line(f"{session.group.size} processes, {session.images_per_step} pictures a step together")
        if session.device.type != "cuda" and any("BatchNorm" in type(m).__name__ for m in session.model.modules()):
            reporter.line("note: on this device batch norm looks only at each process's own share of a batch")
    parameters = sum(p.numel() for p in session.model.parameters())
    images = session.images
    reporter.line(
        f"{len(session.train_rows):,} pictures to train on, {len(session.held_rows):,} held out, "
        f"{len(images.classes)} classes; {session.config.family} with {parameters:,} parameters on {session.device}"
    )


def join_preparation(config: RunConfig, group: Group) -> Session | None:
    """As `prepare`, for a process that follows; None when the leader was stopped before it had the pictures."""
    limit_threads()
    fingerprint = group.share().decode()  # comes when the leader has read the pictures: they are in the cache then
    if not fingerprint:
        return None
    images = open_training_images(config, lambda _what, _done, _total: None)
    if images.fingerprint != fingerprint:
        raise TrainingError(f"process {group.rank} finds other pictures in {config.data.source} than process 0")
    return Session(config, images, group)
