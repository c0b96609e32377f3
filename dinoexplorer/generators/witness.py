"""What a network itself says of how it was built: which reading of its tensors agrees with what they remember.

A batch normalisation remembers the mean and the variance of what came into it during training. Of two readings of the
layers before it, the one whose activations have that mean and variance is the right one: this tells activations,
epsilons, the prior of the codes and the place of an upsampling, none of which is in a file of weights. Where there is
an encoder, a picture of a code must be encoded to that code again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from dinoexplorer.generators.blueprint import Blueprint

_CODES = 64
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
_LEAST = 1e-8


def codes_for(blueprint: Blueprint, count: int = _CODES, seed: int = 0) -> Tensor:
    """Codes from the prior, with one class each where there are classes: ``(count, latent + classes)``."""
    source = torch.Generator().manual_seed(seed)
    codes = torch.randn(count, blueprint.latent, generator=source)
    if blueprint.prior == "uniform":
        codes = torch.rand(count, blueprint.latent, generator=source) * 2 - 1
    if not blueprint.classes:
        return codes
    chosen = torch.randint(blueprint.classes, (count,), generator=source)
    return torch.cat([codes, nn.functional.one_hot(chosen, blueprint.classes).float()], dim=1)


def look_at(layers: nn.Module, codes: Tensor) -> tuple[Tensor, float | None]:
    """What the layers make of codes, and how far what comes into their normalisations is from what those remember.

    For each normalisation, the root of the mean Kullback-Leibler divergence between the two normal distributions of a
    channel, averaged; None where there are none. Each one is then given what it remembers, so that it is judged by the
    layers since the one before it alone, and what comes out at the end is what came out in training. 0 is perfect
    agreement; a right reading gives up to 0.2 (a batch is no training), a wrong one more.
    """
    misses: list[Tensor] = []

    def look(norm: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor]:
        (maps,) = given
        rest = [axis for axis in range(maps.ndim) if axis != 1]
        mean, var = maps.mean(dim=rest), maps.var(dim=rest, correction=0) + _LEAST
        kept_mean, kept_var = norm.get_buffer("running_mean"), norm.get_buffer("running_var") + _LEAST
        ratio, shift = (var / kept_var).clamp(1e-4, 1e2), ((mean - kept_mean).square() / kept_var).clamp_max(1e2)
        misses.append(((ratio - 1 - ratio.log() + shift) / 2).mean().clamp_min(0).sqrt())
        shape = (1, -1) + (1,) * (maps.ndim - 2)
        scale = (kept_var / var).sqrt()
        return ((maps - mean.view(shape)) * scale.view(shape) + kept_mean.view(shape),)

    hooks = [module.register_forward_pre_hook(look) for module in layers.modules() if isinstance(module, _NORMS)]
    try:
        with torch.inference_mode():
            made: Tensor = layers(codes)
    finally:
        for hook in hooks:
            hook.remove()
    return made, float(torch.stack(misses).mean()) if misses else None


def return_error(again: Tensor, codes: Tensor) -> float:
    """How far codes ``(n, dim)`` are from those that their pictures were encoded to: 0 found again, 1 not at all.

    The share of a dimension's variance that is missed, over the better half of the dimensions: a VAE ignores some.
    """
    missed = (again - codes[:, : again.shape[1]]).square().mean(dim=0) / codes[:, : again.shape[1]].var(
        dim=0
    ).clamp_min(1e-8)
    return float(missed.clamp_max(1).sort().values[: max(len(missed) // 2, 1)].mean())
