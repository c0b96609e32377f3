"""Looking into a generator: the second, slow path beside decoding, for what must know more than the picture.

The fast path has no hooks. Whoever asks for an `Inspector` gets one that works on a structure of its own, so that
nothing of what it watches is ever noticed by the thread that renders. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, Generator

Told = Callable[[int, int], None]
"""Told how much is done and how much it is in all; it may raise to end the work."""


class Inspector(Protocol):
    """What can be seen inside a generator. Calls take milliseconds to seconds: make them away from the window."""

    def first_weights(self, steps: FloatArray | None = None) -> FloatArray:
        """The matrix A ``(features, dim)`` of the first layer, whose features are A z + b.

        A normalisation that follows the layer is part of it; numbers of a code that the layer does not see (the weights
        of classes) have columns of zeros. With ``steps (k, dim)``, which are at right angles, it is what they change,
        ``(features, k)``.

        Raises
        ------
        GeneratorError
            If the first layer is not linear in the code.
        """
        ...

    def first_features(self, codes: FloatArray, progress: Told | None = None) -> FloatArray:
        """Codes ``(n, dim)`` to what the first layer makes of them, ``(n, features)``, behind its activation."""
        ...

    def picture_changes(self, code: FloatArray, directions: FloatArray, progress: Told | None = None) -> FloatArray:
        """How the picture at ``code (dim,)`` changes along each of ``directions (k, dim)``: ``(k, pixels)``.

        Derivatives for one unit of the code, of pictures in [-1, 1], averaged to at most 64 x 64 pixels. Costs about
        five decodes for each direction.
        """
        ...


@runtime_checkable
class Inspectable(Protocol):
    """A generator that lets itself be looked into."""

    def inspect(self) -> Inspector: ...


def inspect(generator: Generator) -> Inspector:
    """The insides of a generator.

    Raises
    ------
    GeneratorError
        If it only decodes and shows nothing of its insides.
    """
    if not isinstance(generator, Inspectable):
        raise GeneratorError(
            f"{generator.info.path.name} only decodes and does not show its layers; "
            "choose a way that needs the codes alone, such as pca."
        )
    return generator.inspect()
