"""From a checkpoint back to a module, with every tensor checked by name."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.nn.utils import parametrize

from training.checkpoint import CheckpointError, CheckpointHeader
from training.config import ConfigError, ModelConfig
from training.models import family_named, layers

STATISTICS = "latent."
"""Tensors with this prefix describe the latent space; they belong to no module."""


def kept_state(model: nn.Module, kept: tuple[str, ...]) -> dict[str, Tensor]:
    """The tensors of a checkpoint: those of the submodules in `kept`, by name, as a plain model holds them.

    Weights that training computes from others (spectral normalisation) are written as the layer uses them.
    """
    tensors: dict[str, Tensor] = {}
    for name in kept:
        module = model.get_submodule(name)
        was_training = module.training
        module.eval()  # reading a normalised weight must not move its estimate
        tensors |= {f"{name}.{key}": tensor for key, tensor in _plain_state(module).items()}
        module.train(was_training)
    return tensors


@torch.no_grad()
def _plain_state(module: nn.Module) -> dict[str, Tensor]:
    tensors = {key: tensor for key, tensor in module.state_dict().items() if ".parametrizations." not in f".{key}"}
    for path, inner in module.named_modules():
        for weight in _parametrized(inner):
            tensors[f"{path}.{weight}" if path else weight] = getattr(inner, weight).detach()
    return tensors


def _parametrized(module: nn.Module) -> tuple[str, ...]:
    return tuple(module.parametrizations) if parametrize.is_parametrized(module) else ()  # type: ignore[arg-type]


def rebuild_module(header: CheckpointHeader, tensors: Mapping[str, Tensor]) -> nn.Module:
    """See `training.models.rebuild`."""
    model = _build(header)
    expected = model.state_dict()
    for name, tensor in tensors.items():
        _check_numbers(name, tensor)
        if not name.startswith(STATISTICS) and name not in expected:
            raise CheckpointError(
                f"tensor {name} does not belong to a {header.family!r} model; the file is not what it says"
            )
    for name, wanted in expected.items():
        if name not in tensors:
            raise CheckpointError(f"tensor {name} is missing; the file is incomplete, save or download it again")
        if tensors[name].shape != wanted.shape:
            raise CheckpointError(
                f"tensor {name} has the shape {tuple(tensors[name].shape)}, expected {tuple(wanted.shape)};"
                " the configuration in the file does not fit its weights"
            )
    weights = {name: tensors[name].to(wanted.dtype) for name, wanted in expected.items()}
    model.load_state_dict(weights, assign=True)
    return model.eval()


def _build(header: CheckpointHeader) -> nn.Module:
    """The kept submodules of the family's model, without memory for their weights."""
    if header.family == layers.NAME:
        return _build_converted(header)
    try:
        config = ModelConfig.model_validate({k: v for k, v in header.config.items() if k in ModelConfig.model_fields})
        family = family_named(config.family)
        with torch.device("meta"):  # nothing is allocated or drawn before every shape is known to fit
            model = family.build(config, len(header.classes))
    except (ValidationError, ConfigError) as error:
        raise CheckpointError(f"the configuration in the file cannot be used: {error}") from error
    for name, _ in list(model.named_children()):
        if name not in family.kept:
            delattr(model, name)
    return model


def _build_converted(header: CheckpointHeader) -> nn.Module:
    """The model of a checkpoint that another program trained: its sides are any, and no family here builds it."""
    try:
        with torch.device("meta"):
            return layers.build_stored(header.config, len(header.classes))
    except (ValidationError, layers.LayersError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the configuration in the file cannot be used: {error}") from error


def _check_numbers(name: str, tensor: Tensor) -> None:
    if not tensor.is_floating_point():
        return
    bad = tensor.numel() - int(torch.isfinite(tensor).sum())
    if bad:
        values = "value that is not a number" if bad == 1 else "values that are not numbers"
        raise CheckpointError(f"tensor {name} holds {bad} {values}; the file is damaged or training diverged")
