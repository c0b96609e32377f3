"""What is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
NO_ENCODER = "this model has no encoder"
NO_LIKELIHOOD = "only variational autoencoders that this program trained tell a likelihood"
LogWeights = Callable[[Bytes, int, int], NDArray[np.float64]]
"""Pictures, draws and a seed to log p(x, z) - log q(z | x) of each draw, (n, draws), in nats per picture."""


@dataclass(frozen=True)
class Judge:
    """A discriminator.

    Attributes
    ----------
    sha256
        What decides its answers.
    ask
        Real pictures, their classes (-1 for none) and a seed to the shares of them, and of as many generated ones, that
        it takes for what they are.
    """

    sha256: str
    ask: Callable[[Bytes, NDArray[np.int64], int], tuple[float, float]]


class Subject(Protocol):
    """A model with its latent space. Pictures are uint8 RGB (n, size, size, 3), codes float32 (n, dim).

    Attributes
    ----------
    name, sha256
        What it is called; and what decides whether an earlier result still holds.
    size
        Side of its pictures in pixels.
    grey
        Its pictures have no colour.
    dim
        Numbers of a code, with the weights of the classes at its end.
    classes
        Names of the classes whose weights end a code; empty where a code has none.
    has_encoder
        Whether `encode` works.
    floats
        As `decode`, but float32 in [0, 255] and not rounded; None where the model gives only bytes.
    log_weights
        Of a variational autoencoder; else None.
    likelihood
        What `log_weights` takes a pixel to be, in words.
    judge
        Its discriminator, where that is still there.
    """

    name: str
    sha256: str
    size: int
    grey: bool
    dim: int
    classes: tuple[str, ...]
    has_encoder: bool
    floats: Callable[[Floats], Floats] | None
    log_weights: LogWeights | None
    likelihood: str
    judge: Judge | None

    def sample(self, count: int, seed: int) -> Floats:
        """Random codes, where it says pictures are."""
        ...

    def decode(self, codes: Floats) -> Bytes:
        """Pictures of codes."""
        ...

    def encode(self, pictures: Bytes) -> Floats:
        """Codes of pictures (the mean where the encoder is not sure)."""
        ...
