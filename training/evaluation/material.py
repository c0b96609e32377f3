"""What the metrics look at: pictures, codes and features, each made once and only when one asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from training.batches import mixed_seed
from training.data.images import ImageSet, Progress
from training.errors import TrainingError
from training.evaluation.features import Features, load_features
from training.evaluation.numbers.disentanglement import Factor
from training.evaluation.subject import NO_ENCODER, Bytes, Floats, Subject

T = TypeVar("T", bound=np.generic)
U = TypeVar("U", bound=np.generic)
Which = Literal["training", "reals", "held_out", "samples", "rebuilt"]
_BLOCK = 64
_LARGEST_TRAINING = 20_000
_TRAINING_BYTES = 2**30
_SAMPLES = 0


class UnavailableError(TrainingError):
    """Something cannot be measured here; the text says why and what would help."""


@dataclass(frozen=True)
class Settings:
    """How an evaluation is made.

    Attributes
    ----------
    samples
        How many generated pictures; of real ones at most as many are compared with them.
    held_out
        Share of the pictures that the model was not trained on.
    features
        Folder with the weights of networks that a person has fetched.
    """

    samples: int = 2000
    seed: int = 0
    held_out: float = 0.05
    features: Path = Path()


class Material:
    """A subject, a set of pictures of its size, and what follows from them.

    Everything depends on the subject, the set and the settings alone, not on the order of questions.
    """

    def __init__(
        self, subject: Subject, images: ImageSet, settings: Settings, tick: Progress,
        factors: Callable[[NDArray[np.int64]], list[Factor]] | None = None,
    ) -> None:  # fmt: skip
        self.subject, self.images, self.settings, self.tick = subject, images, settings, tick
        self._factors = factors
        self.train_rows, self.held_rows = images.split(settings.held_out)
        self._features: dict[str, Features | str] = {}
        self._embedded: dict[tuple[str, str], Floats] = {}

    def seed(self, *stream: int) -> int:
        """A seed for one purpose."""
        return mixed_seed(self.settings.seed, *stream)

    def pictures_at(self, rows: NDArray[np.int64]) -> Bytes:
        """Pictures of the set, RGB."""
        pictures = self.images.images[rows]
        return np.repeat(pictures, 3, axis=3) if pictures.shape[3] == 1 else pictures

    @cached_property
    def training(self) -> Bytes:
        """The pictures that the model was trained on (of very many an even choice)."""
        at_most = min(_LARGEST_TRAINING, _TRAINING_BYTES // (3 * self.images.images[0, ..., 0].size))
        return self.pictures_at(_spread(self.train_rows, at_most))

    @cached_property
    def reals(self) -> Bytes:
        """Of the pictures that the model was trained on as many as there are samples."""
        return self.pictures_at(_spread(self.train_rows, self.settings.samples))

    @cached_property
    def held_places(self) -> NDArray[np.int64]:
        """Which pictures of the set `held_out` shows."""
        return _spread(self.held_rows, self.settings.samples)

    @cached_property
    def held_out(self) -> Bytes:
        """Pictures that the model has never seen."""
        if len(self.held_rows) < 2:
            raise UnavailableError("there are no held-out pictures to compare with; give a larger --held-out")
        return self.pictures_at(self.held_places)

    @cached_property
    def codes(self) -> Floats:
        """Random codes."""
        return self.subject.sample(self.settings.samples, self.seed(_SAMPLES))

    @cached_property
    def samples(self) -> Bytes:
        """What the model makes of `codes`."""
        return self._in_blocks("decoding samples", self.codes, self.subject.decode)

    @cached_property
    def rebuilt(self) -> Bytes:
        """The held-out pictures, encoded and decoded."""
        self.need_encoder()
        return self._in_blocks(
            "rebuilding pictures", self.held_out, lambda some: self.subject.decode(self.subject.encode(some))
        )

    def encoded(self, rows: NDArray[np.int64]) -> Floats:
        """Codes of pictures of the set."""
        self.need_encoder()
        return self._in_blocks("encoding pictures", rows, lambda some: self.subject.encode(self.pictures_at(some)))

    def need_encoder(self) -> None:
        """Raise where the model has none."""
        if not self.subject.has_encoder:
            raise UnavailableError(NO_ENCODER)

    def factors(self, rows: NDArray[np.int64]) -> list[Factor]:
        """What is known of how pictures of the set were made."""
        if self._factors is None:
            raise UnavailableError("the factors behind these pictures are not known; they are of builtin:dinosaurs")
        return self._factors(rows)

    def features(self, kind: str) -> Features:
        """The network (or none) that features of that kind come from."""
        if kind not in self._features:
            try:
                self._features[kind] = load_features(kind, self)
            except UnavailableError as error:
                self._features[kind] = str(error)
        found = self._features[kind]
        if isinstance(found, str):
            raise UnavailableError(found)
        return found

    def embedded(self, kind: str, which: Which) -> Floats:
        """Features (n, d) of one of the groups of pictures."""
        if (kind, which) not in self._embedded:
            features, pictures = self.features(kind), getattr(self, which)
            what = f"features of {which.replace('_', ' ')} ({kind})"
            self._embedded[kind, which] = self._in_blocks(what, pictures, features)
        return self._embedded[kind, which]

    def _in_blocks(self, what: str, values: NDArray[T], work: Callable[[NDArray[T]], NDArray[U]]) -> NDArray[U]:
        found = []
        for start in range(0, len(values), _BLOCK):
            found.append(work(values[start : start + _BLOCK]))
            self.tick(what, min(start + _BLOCK, len(values)), len(values))
        return np.concatenate(found)


def _spread(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """At most so many, evenly chosen."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).astype(np.intp)]
