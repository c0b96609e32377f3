"""What a model family is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from training.config import ModelConfig, Section

if TYPE_CHECKING:
    from torch import Tensor

    from training.models.blocks import Autoencoder


@dataclass(frozen=True)
class Losses:
    """What an objective says about one batch.

    Attributes
    ----------
    total
        Scalar tensor to minimise, in nats per image.
    parts
        Detached scalar tensors for the log, by name.
    """

    total: Tensor
    parts: Mapping[str, Tensor]


class Loss(Protocol):
    """A callable over (model, batch); `progress` is the share of the training done, 0 to 1."""

    def __call__(self, model: Autoencoder, images: Tensor, *, progress: float) -> Losses: ...


class Family(Protocol):
    """A kind of model: one module in this package that holds an object `FAMILY` of this form."""

    name: str
    title: str
    Options: type[Section]
    Objective: type[Section]

    def build(self, config: ModelConfig) -> Autoencoder:
        """The freshly initialised module."""
        ...

    def objective(self, options: Mapping[str, Any], device: str) -> Loss:
        """The loss to train with, its own networks (if any) on `device`."""
        ...
