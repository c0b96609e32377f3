"""One phase of a step at work: its parameters, its optimiser, its learning rate."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from training.config import RunConfig
from training.models.family import Phase

_FINAL_RATE = 0.01
"""Share of the learning rate that is left at the end of the cosine or the line."""


class PhaseOptimizer:
    """AdamW over the submodules that a phase trains.

    Attributes
    ----------
    parameters
        What the phase trains; everything else is constant while it runs.
    """

    def __init__(self, phase: Phase, model: nn.Module, config: RunConfig, device: torch.device) -> None:
        self.name = phase.name
        self._phase = phase
        self._config = config
        self.parameters = [p for name in phase.modules for p in model.get_submodule(name).parameters()]
        own = {id(parameter) for parameter in self.parameters}
        self._others = [parameter for parameter in model.parameters() if id(parameter) not in own]
        options = config.optimizer
        self._optimizer = torch.optim.AdamW(
            self.parameters, lr=options.lr * phase.lr_factor, betas=(options.beta1, options.beta2),
            weight_decay=options.weight_decay, fused=device.type in {"cpu", "cuda"},
        )  # fmt: skip

    def begin(self) -> None:
        """Forget gradients, and let only this phase's parameters have any: nothing else is differentiated."""
        self._optimizer.zero_grad(set_to_none=True)
        for parameter in self._others:
            parameter.requires_grad_(False)
        for parameter in self.parameters:
            parameter.requires_grad_(True)

    def step(self, scaler: torch.amp.GradScaler, rate: float, *, measured: bool) -> Tensor | None:
        """Clip and step at `rate` times the learning rate; the norm of the gradient when it is known or asked for."""
        options = self._config.optimizer
        for group in self._optimizer.param_groups:
            group["lr"] = self.lr(rate)
        norm = None
        if options.clip or measured:
            scaler.unscale_(self._optimizer)
            norm = torch.nn.utils.clip_grad_norm_(self.parameters, options.clip or math.inf)
        scaler.step(self._optimizer)
        return norm

    def lr(self, rate: float) -> float:
        """The learning rate of this phase at `rate`, a factor from `rate_at`."""
        return self._config.optimizer.lr * self._phase.lr_factor * rate

    def state_dict(self) -> dict[str, Any]:
        return self._optimizer.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._optimizer.load_state_dict(dict(state))  # it takes apart what it is given


def rate_at(step: int, config: RunConfig) -> float:
    """Factor of the learning rate: a linear warm-up, then half a cosine or a line to a hundredth, or constant."""
    options = config.optimizer
    if step < options.warm_up:
        return (step + 1) / options.warm_up
    if options.schedule == "constant":
        return 1.0
    progress = min(1.0, (step - options.warm_up) / max(1, config.steps - options.warm_up))
    left = 1 - progress if options.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * progress))
    return _FINAL_RATE + (1 - _FINAL_RATE) * left
