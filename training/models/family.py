"""What a model family is: its modules, and how one step trains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from training.config import ModelConfig, Section

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn


@dataclass(frozen=True)
class Batch:
    """Pictures to train on.

    Attributes
    ----------
    images
        float32 (n, c, h, w) in [-1, 1].
    labels
        int64 (n,), index of the class; -1 where there is none.
    """

    images: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Moment:
    """Where in the training a step is: its number from 0, and the share of the training done, 0 to 1."""

    step: int
    progress: float


@dataclass(frozen=True)
class Losses:
    """What an objective says about one batch.

    Attributes
    ----------
    total
        Scalar tensor to minimise.
    parts
        Detached scalar tensors for the log, by name. A part may be absent in some steps (a penalty that is charged
        every 16th step): the log averages over the steps that have it.
    """

    total: Tensor
    parts: Mapping[str, Tensor]


@dataclass(frozen=True)
class Phase:
    """One optimiser's share of a step: which submodules of the model it trains, and at what share of `optimizer.lr`.

    An autoencoder has one phase, a GAN a `discriminator` and a `generator`; a step runs them in order. `lr_factor`
    below or above 1 trains one side slower or faster (two time-scales, Heusel et al. 2017).
    """

    name: str
    modules: tuple[str, ...]
    lr_factor: float = 1.0


class TrainingObjective(Protocol):
    """How a family is trained. What it remembers between steps is in its state."""

    phases: tuple[Phase, ...]

    def loss(self, phase: str, model: nn.Module, batch: Batch, moment: Moment) -> Losses | None:
        """The loss of one phase; its random numbers come from torch's default generator.

        None: this phase has nothing to do at this moment (a generator between two updates of its critic, a
        discriminator before its warm-up); neither its optimiser nor the average of its weights moves. That depends on
        the moment alone, so all micro-batches and all processes agree. Gradients reach the phase's own modules only.
        """
        ...

    def evaluate(self, model: nn.Module, batch: Batch) -> Mapping[str, Tensor]:
        """Figures of averaged weights on held-out pictures; `total` decides which checkpoint is best (lower).

        `model` has all its submodules: those of `kept` averaged, the others (`discriminator`) as they stand.
        """
        ...

    def state_dict(self) -> dict[str, Any]:
        """What must survive a resume, loadable with `weights_only=True`; empty for most."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None: ...


class Family(Protocol):
    """A kind of model: one module in this package that holds an object `FAMILY` of this form.

    `kept` names the submodules that go into a checkpoint and whose weights are averaged: `decoder` always (a GAN's
    generator is its decoder), `encoder` where there is one. Others (`discriminator`) live in the run's state alone.
    """

    name: str
    title: str
    Options: type[Section]
    Objective: type[Section]
    kept: tuple[str, ...]

    def build(self, config: ModelConfig, classes: int) -> nn.Module:
        """The freshly initialised module; `classes` is the number of classes of the data, 0 without labels."""
        ...

    def objective(
        self, options: Mapping[str, Any], config: ModelConfig, classes: int, device: str
    ) -> TrainingObjective:
        """How to train it; the objective's own networks (if any) lie on `device`."""
        ...

    def latent_names(self, config: ModelConfig, classes: tuple[str, ...]) -> tuple[str, ...]:
        """One name for each number that `decoder` takes: z0, z1, ... and, class-conditional, the classes' names.

        A class-conditional decoder takes (n, dim + classes): the code, then a weight for each class (one-hot for a
        pure class, anything between for a blend), so that every tool that moves a code can also move the class.
        """
        ...

    def draw_codes(self, config: ModelConfig, classes: int, count: int, generator: Generator) -> Tensor:
        """Codes from the prior as the decoder takes them, (count, len(latent_names))."""
        ...
