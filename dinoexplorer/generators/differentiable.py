"""Decoding with gradients: the slow path for whatever looks for a code instead of showing one.

As with `dinoexplorer.generators.inspecting`, the fast path is left alone: whoever asks gets a structure of its own that
shares the weights. Nothing here imports torch; those who call these methods do, in modules that are imported late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator, GeneratorInfo

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the decoder whose features are pictures themselves.

    Attributes
    ----------
    name : str
        What `Differentiable.decode_with_features` takes: the module's path, "5" or "12.body.2".
    channels, height, width : int
        Of its features.
    """

    name: str
    channels: int
    height: int
    width: int


class Differentiable(Protocol):
    """A decoder, and an encoder where there is one, through which gradients flow. One thread at a time.

    Weights take no gradients, only codes and pictures do. All tensors lie on `device`, in float32. Out of memory is a
    `GeneratorError` that names the way out.
    """

    @property
    def info(self) -> GeneratorInfo: ...

    @property
    def device(self) -> torch.device: ...

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The decoder's layers that can be asked for their features, in the order in which they are run."""
        ...

    @property
    def encodes(self) -> bool:
        """Whether there is an encoder that lets gradients through."""
        ...

    def decode(self, codes: Tensor) -> Tensor:
        """Codes ``(n, dim)`` to pictures ``(n, c, h, w)`` in [-1, 1]."""
        ...

    def decode_with_features(self, codes: Tensor, layer: str) -> tuple[Tensor, Tensor]:
        """The same, and what the layer of that name made on the way, ``(n, channels, height, width)``.

        Raises
        ------
        GeneratorError
            If `layers` holds no such name.
        """
        ...

    def encode(self, pictures: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Pictures ``(n, c, h, w)`` in [-1, 1] to the means of their codes ``(n, dim)``.

        Beside them the features of the encoder's layers, each ``(n, channels, height, width)``, from fine to coarse:
        the last of every size.

        Raises
        ------
        GeneratorError
            If `encodes` is false.
        """
        ...


@runtime_checkable
class Differentiates(Protocol):
    """A generator that can be decoded with gradients."""

    def differentiable(self) -> Differentiable: ...


def differentiable(generator: Generator) -> Differentiable:
    """A way to decode with gradients, on the generator's own device; made anew for each work, in milliseconds.

    Raises
    ------
    GeneratorError
        If it only decodes, as files do that were made to be run and not trained (ONNX).
    """
    if not isinstance(generator, Differentiates):
        raise GeneratorError(no_gradients(generator.info))
    return generator.differentiable()


def no_gradients(info: GeneratorInfo) -> str:
    """The sentence for a generator that only decodes."""
    return (
        f"{info.path.name} only decodes and gives no gradients, so no code can be searched for; "
        "open the checkpoint that it was made from."
    )
