"""The exponential moving average of a model's weights, which is what gets saved and shown."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)


class Ema(Generic[M]):
    """Keeps `module`, a copy of the model whose weights trail behind.

    The running statistics of batch norm are averaged with the same decay: they then belong to the same stretch of
    training as the averaged weights. The decay starts low (min(decay, (1 + t) / (10 + t))), so that the random
    initial weights are soon forgotten.
    """

    def __init__(self, model: M, decay: float) -> None:
        self.decay = decay
        self.module: M = copy.deepcopy(model).eval().requires_grad_(False)
        self._pairs = list(zip(_floats(self.module), _floats(model), strict=True))
        self._counters = [
            pair for pair in zip(self.module.buffers(), model.buffers(), strict=True) if not pair[0].is_floating_point()
        ]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the model's present weights; `step` counts from 0."""
        decay = min(self.decay, (1 + step) / (10 + step))
        averages, current = [a for a, _ in self._pairs], [c for _, c in self._pairs]
        torch._foreach_lerp_(averages, current, 1.0 - decay)
        for average, value in self._counters:
            average.copy_(value)


def _floats(module: nn.Module) -> list[Tensor]:
    return [*(p.data for p in module.parameters()), *(b for b in module.buffers() if b.is_floating_point())]
