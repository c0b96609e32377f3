"""A recipe on trial: some steps of its real training, in this process, with a limit of time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from training.batches import mixed_seed
from training.config import RunConfig
from training.data.checks.subject import Subject, some_of
from training.data.images import ImageSet
from training.models.family import Moment
from training.objectives.reconstruction import psnr
from training.phases import rate_at
from training.session import Session, seed_everything

BATCH = 16
"""Pictures in a step: enough for batch norm, and quick on a CPU."""
SECONDS = 20.0
_WARM_UP = 10
_SAME_DB = 60.0


class Clock:
    """Tells when the time of a trial is over."""

    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end


@contextmanager
def trial(config: RunConfig, images: ImageSet) -> Iterator[Session]:
    """A session of the recipe on these pictures: small batches, a short warm-up, nothing held out or mirrored.

    The state of torch's random numbers is the same afterwards.
    """
    optimizer = config.optimizer.model_copy(update={"warm_up": min(config.optimizer.warm_up, _WARM_UP)})
    data = config.data.model_copy(update={"held_out": 0.0, "flip": False})
    small = config.model_copy(
        update={
            "batch_size": min(BATCH, config.batch_size, len(images)), "accumulate": 1, "precision": "fp32",
            "optimizer": optimizer, "data": data,
        }
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        session = Session(small, images)
        try:
            yield session
        finally:
            session.close()


def rebuilds(session: Session) -> bool:
    """Whether the family has an encoder, so that its pictures can be compared with what it makes of them."""
    return "encoder" in session.family.kept


def error_left(session: Session, mean: Tensor) -> float:
    """Take a step; returns the error of the reconstructions over that of the mean picture (1, c, h, w).

    1 is no better than a model that does not look at the picture at all; below 1 it has learnt something. Squared
    errors, averaged over the pictures of the batch as decibels.
    """
    size = session.images_per_step
    images = session.batches.at(session.images_seen, size).images
    values = session.train_step()
    # Two pictures may be the very same; that would be an error of 0.
    baseline = psnr(images, mean.expand_as(images)).clamp_max(_SAME_DB)
    return float(10 ** ((baseline - values["loss/psnr"]).item() / 10))


def told_apart(session: Session, fakes: nn.Module) -> float:
    """Let the discriminator take a step of the recipe's loss against what `fakes` makes of codes.

    Returns the share of both kinds that it took for what they are; a half is chance.
    """
    config, phase = session.config, next(one for one in session.phases if one.name == "discriminator")
    batch = session.batches.at(session.images_seen, config.batch_size)
    pair = nn.ModuleDict({"decoder": fakes, "discriminator": session.model.get_submodule("discriminator")})
    seed_everything(mixed_seed(config.seed, session.step), session.device)
    phase.begin()
    losses = session.objective.loss("discriminator", pair, batch, Moment(session.step, 0.0))
    assert losses is not None  # noqa: S101  for the type checker: a discriminator of a GAN learns in every step
    losses.total.backward()  # type: ignore[no-untyped-call]
    phase.step(session.scaler, rate_at(session.step, config), measured=False)
    session.step += 1
    session.images_seen += config.batch_size
    return float((losses.parts["accuracy/real"] + losses.parts["accuracy/fake"]).item() / 2)


def mean_picture(session: Session) -> Tensor:
    """The mean of the session's pictures as a model sees them, float32 (1, c, h, w)."""
    mean = session.images.images.mean(axis=0, dtype=np.float64) / 127.5 - 1
    return torch.from_numpy(mean.astype(np.float32)).permute(2, 0, 1)[None].to(session.device)


def all_same(images: ImageSet) -> bool:
    """Whether the pictures hardly differ, so that there is nothing to learn."""
    mean = images.images.mean(axis=0, dtype=np.float32)
    worst = max(float(np.square(picture - mean).mean()) for picture in images.images)
    return worst < 1.0


def shuffled(images: ImageSet, *, seed: int = 0) -> ImageSet:
    """Noise in place of pictures: of each the very same pixels, in an order of its own."""
    rng = np.random.default_rng(seed)
    count, height, width, channels = images.images.shape
    noise = np.empty((count, height * width, channels), np.uint8)
    for index, picture in enumerate(images.images):
        noise[index] = picture.reshape(-1, channels)[rng.permutation(height * width)]
    return replace(images, images=noise.reshape(images.images.shape))


def picked(subject: Subject, count: int) -> ImageSet:
    """At most so many of the subject's pictures, spread over the set, always the same ones."""
    rows = np.unique(np.linspace(0, len(subject.images) - 1, count).astype(np.int64))
    return some_of(subject.images, rows)


class Noise(nn.Module):
    """Stands where a generator stands: pictures of noise, drawn anew for each code."""

    def __init__(self, images: ImageSet, device: torch.device) -> None:
        super().__init__()
        self._pixels = torch.from_numpy(np.ascontiguousarray(images.images))
        self._device = device

    def forward(self, codes: Tensor) -> Tensor:
        """(n, any) to float32 (n, c, h, w) in [-1, 1]."""
        some = self._pixels[torch.randint(len(self._pixels), (len(codes),))]
        return some.to(self._device).permute(0, 3, 1, 2).float() / 127.5 - 1
