"""A way to read a state dict as a generator: what a family proposes, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import LatentSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

    from dinoexplorer.generators.contents import Contents

CERTAIN = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A generator's modules.

    Attributes
    ----------
    decoder
        Codes ``(n, dim)`` to pictures ``(n, c, size, size)`` in [-1, 1].
    encoder
        Pictures ``(n, c, size, size)`` in [-1, 1] to means ``(n, dim)``, or None.
    latent, classes
        What a code is. Where there are classes, the last numbers of a code are their weights; see
        `GeneratorInfo.labelled`.
    """

    decoder: nn.Module
    latent: LatentSpec
    image_size: int
    channels: int
    encoder: Callable[[Tensor], Tensor] | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """One way to read the contents of a file.

    Attributes
    ----------
    family
        What `GeneratorInfo.family` says: "dcgan", "vae-fc", "stylegan2".
    title
        What sets it apart from other readings of the same file, for a person: "tanh, leaky ReLU 0.2".
    score
        From 0 (possible) to 1 (the tensors leave no doubt). Readings of one family are compared by it.
    build
        Makes the modules; takes as long as building a network does. Raises `GeneratorError` where the tensors do not
        fit after all.
    description
        The same as plain data where it is a row of layers; what a person may edit. See `blueprint.to_toml`.
    """

    family: str
    title: str
    score: float
    build: Callable[[], Built] = field(repr=False)
    description: Mapping[str, Any] | None = field(default=None, repr=False)


class Family(Protocol):
    """One kind of network. A module in ``families/`` with a ``FAMILY`` of this kind is found by being there."""

    title: str

    def readings(self, contents: Contents) -> list[Reading]:
        """The ways in which the tensors are a network of this family; none where they are not.

        Cheap: decided by names and shapes; what takes longer is done in `Reading.build`.
        """
        ...

    def missing(self, contents: Contents) -> str:
        """How near the tensors come to this family: what is missing or different, as half a sentence; else empty."""
        ...


class ChoiceNeededError(GeneratorError):
    """More than one reading is possible and none is clearly the best."""

    def __init__(self, sentence: str, readings: tuple[Reading, ...]) -> None:
        super().__init__(sentence)
        self.readings = readings


class DescriptionNeededError(GeneratorError):
    """There are tensors, and no family knows what network they are; a person may describe its layers."""
