"""The exponential moving average of a model's weights, which is what gets saved and shown."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_AVERAGED_BUFFERS = ("running_mean", "running_var")


class Ema:
    """Keeps `module`, a copy of a model in which the submodules named in `kept` trail behind.

    The other submodules (a discriminator) are not copied: `module` holds the model's own. The running statistics of
    batch norm are averaged with the same decay: they then belong to the same stretch of training as the averaged
    weights. Any other buffer (a counter, the vectors of spectral normalisation, which have to keep their length) is
    copied. The decay starts low (min(decay, (1 + t) / (10 + t))), so that the random initial weights are soon
    forgotten.
    """

    def __init__(self, model: nn.Module, decay: float, kept: Sequence[str]) -> None:
        self.decay = decay
        self._kept = tuple(kept)
        # deepcopy takes what the memo holds in place of an object.
        others = {id(child): child for name, child in model.named_children() if name not in kept}
        self.module: nn.Module = copy.deepcopy(model, others)
        for name in kept:
            self.module.get_submodule(name).eval().requires_grad_(False)
        averages, buffers = self._tensors(self.module)
        current, _ = self._tensors(model)
        averaged = [
            name for name, tensor in averages.items()
            if tensor.is_floating_point() and (name not in buffers or name.endswith(_AVERAGED_BUFFERS))
        ]  # fmt: skip
        self._averages, self._current = [averages[n] for n in averaged], [current[n] for n in averaged]
        copied = averages.keys() - set(averaged)
        self._copied = [(averages[name], current[name]) for name in sorted(copied)]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the model's present weights; `step` counts from 0."""
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self._averages, self._current, 1.0 - decay)
        for copied, value in self._copied:
            copied.copy_(value)

    @contextmanager
    def evaluating(self) -> Iterator[nn.Module]:
        """`module`, all of it in evaluation mode while the block runs."""
        others = [child for name, child in self.module.named_children() if name not in self._kept and child.training]
        for child in others:
            child.eval()
        try:
            yield self.module
        finally:
            for child in others:
                child.train()

    def state_dict(self) -> dict[str, Tensor]:
        """The averaged submodules' tensors by name."""
        state = self.module.state_dict()
        return {name: tensor for name, tensor in state.items() if name.partition(".")[0] in self._kept}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Take back what `state_dict` gave; a RuntimeError names what does not fit."""
        missing = self.state_dict().keys() ^ state.keys()
        if missing:
            raise RuntimeError(f"the averaged weights differ in {', '.join(sorted(missing)[:3])}")
        self.module.load_state_dict(state, strict=False)

    def _tensors(self, module: nn.Module) -> tuple[dict[str, Tensor], set[str]]:
        """The tensors of the kept submodules by name, and which of them are buffers."""
        found: dict[str, Tensor] = {}
        buffers: set[str] = set()
        for kept in self._kept:
            child = module.get_submodule(kept)
            found |= {f"{kept}.{name}": parameter.data for name, parameter in child.named_parameters()}
            found |= {f"{kept}.{name}": buffer for name, buffer in child.named_buffers()}
            buffers |= {f"{kept}.{name}" for name, _ in child.named_buffers()}
        return found, buffers
