"""What most families and objectives have in common, so that each file says only what is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Generator, Tensor

from training.config import ModelConfig


class BaseFamily:
    """An encoder and a decoder whose codes have a standard normal prior; a family says what differs."""

    kept: tuple[str, ...] = ("encoder", "decoder")

    def latent_names(self, config: ModelConfig, classes: tuple[str, ...]) -> tuple[str, ...]:
        """z0, z1, ..."""
        return tuple(f"z{i}" for i in range(config.latent.dim))

    def draw_codes(self, config: ModelConfig, classes: int, count: int, generator: Generator) -> Tensor:
        """Codes from N(0, I), (count, dim)."""
        return torch.randn(count, config.latent.dim, generator=generator)


class ConditionalFamily(BaseFamily):
    """A family whose decoder takes a weight for each class behind the code, if there are classes."""

    def latent_names(self, config: ModelConfig, classes: tuple[str, ...]) -> tuple[str, ...]:
        """z0, z1, ... and the classes' names."""
        return (*super().latent_names(config, classes), *classes)

    def draw_codes(self, config: ModelConfig, classes: int, count: int, generator: Generator) -> Tensor:
        """Codes from N(0, I) with one class each, every class as likely, (count, dim + classes)."""
        codes = super().draw_codes(config, classes, count, generator)
        if not classes:
            return codes
        labels = torch.randint(0, classes, (count,), generator=generator)
        return torch.cat([codes, class_weights(labels, classes)], 1)


class StatelessObjective:
    """An objective that remembers nothing between steps."""

    def state_dict(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Nothing to load."""


def class_weights(labels: Tensor, classes: int) -> Tensor:
    """Labels (n,) as float32 weights (n, classes): one-hot, and all classes alike where the label is -1."""
    known = torch.arange(classes, device=labels.device) == labels[:, None]
    return torch.where(labels[:, None] < 0, 1.0 / max(1, classes), known.float())


def base_side(size: int) -> int:
    """The side of the smallest grid: halve until 4, 5, 6 or 7 is left."""
    while size > 7:
        size //= 2
    return size


def grids_of(size: int) -> tuple[int, ...]:
    """The sides from the smallest grid to the picture's: 4, 8, 16, 32, 64."""
    return (size,) if size <= 7 else (*grids_of(size // 2), size)
